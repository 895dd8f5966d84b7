import type { IncomingMessage } from 'node:http';
import {
  type Account,
  type Actor,
  ANONYMOUS,
  after,
  can,
  type LivePrincipals,
  type LiveStandings,
  type ProjectAction,
  type ProjectStanding,
} from '@berth/access';
import { OciError, projectOf, type RepositoryName } from '@berth/oci';
import {
  ACTION_BIT,
  type AccessTokenUses,
  type BearerTokens,
  PUSH,
  type PasswordSignIn,
  TokenRefusedError,
  type VerifiedToken,
} from '@berth/tokens';
import type { OriginOf } from '../forwarded.ts';
import { credentialsOf } from '../identity/credentials.ts';
import { throttledError } from '../identity/refusals.ts';
import type { Admitted, Gate, Need, RepositoryAction } from '../v2/gate.ts';
import { AdmittedCaller } from './admitted-caller.ts';
import { rememberingCaller } from './refused-callers.ts';
import type { ChallengeError, Challenger } from './challenge.ts';
import type { ProjectMaker } from './project-maker.ts';

export interface AccessGateParts {
  readonly bearer: BearerTokens;
  readonly signIn: PasswordSignIn;
  readonly principals: LivePrincipals;
  readonly accessTokenUses: AccessTokenUses;
  readonly standings: LiveStandings;
  readonly challenger: Challenger;
  readonly projectMaker: ProjectMaker;
  readonly originOf: OriginOf;
}

/** Who calls, and the token that narrows what he may do; no token with Basic. */
interface Caller {
  readonly actor: Actor;
  readonly token: VerifiedToken | undefined;
}

type RepositoryNeed = Extract<Need, { repository: RepositoryName }>;

/** Which right of the matrix a scope action needs (Harbor: src/server/middleware/v2auth). */
const RIGHT: Readonly<Record<RepositoryAction, ProjectAction>> = {
  pull: 'repository:pull',
  push: 'repository:push',
  delete: 'repository:delete',
};

/**
 * The gate of /v2. A token says what its bearer once might do; the actor's rights of this moment (at most five seconds old, no's fresh)
 * decide, and the token only takes away. Who brings no credential is always sent to the token endpoint, even for public projects:
 * a client that may push must be known by its first HEAD, or the blob it finds is not kept for it (law 4).
 */
export class AccessGate implements Gate {
  readonly #parts: AccessGateParts;

  constructor(parts: AccessGateParts) {
    this.#parts = parts;
  }

  admit(request: IncomingMessage, need: Need): Admitted | Promise<Admitted> {
    return after(this.#caller(request, need), (caller) => rememberingCaller(caller.actor, () => this.#decide(request, need, caller)));
  }

  #decide(request: IncomingMessage, need: Need, caller: Caller): Admitted | Promise<Admitted> {
    if (need.action === 'enter') return this.#admitted(caller, false);
    if (need.action === 'catalog') {
      if (caller.token?.catalog === false) throw this.#lacking(request, need, caller.actor);
      return this.#admitted(caller, false);
    }
    return this.#atRepository(request, need, caller);
  }

  #caller(request: IncomingMessage, need: Need): Caller | Promise<Caller> {
    const credentials = credentialsOf(request.headers.authorization);
    switch (credentials.scheme) {
      case 'bearer':
        return this.#bearer(credentials.token, (message) => this.#refusal(request, need, { message, error: 'invalid_token' }));
      case 'basic':
        return after(this.#parts.signIn.signIn({ ...credentials, address: this.#parts.originOf(request).address }), (result) => {
          if (result.outcome === 'throttled') throw throttledError(result.retryAfterSeconds);
          if (result.outcome === 'refused') throw this.#refusal(request, need, { message: 'The username or the password is wrong.' });
          const { accessTokenId } = result.account as Account;
          if (accessTokenId !== undefined) this.#parts.accessTokenUses.note(accessTokenId);
          return { actor: result.account.actor, token: undefined };
        });
      case 'none':
        throw this.#refusal(request, need, {
          message: 'Authentication is needed: sign in with docker login, or take a token from the realm.',
        });
      case 'unusable':
        throw this.#refusal(request, need, { message: 'The Authorization header is not understood: use Bearer or Basic.' });
    }
  }

  #bearer(text: string, refuse: (message: string) => OciError): Caller | Promise<Caller> {
    const verified = this.#parts.bearer.verify(text);
    // The hot path: a token that was checked before needs no promise.
    if (!(verified instanceof Promise)) return this.#speaker(verified, refuse);
    return verified.then(
      (token) => this.#speaker(token, refuse),
      (error: unknown) => {
        throw error instanceof TokenRefusedError ? refuse(error.message) : error;
      },
    );
  }

  /** The living account behind a token; a token of a removed account, or from before a change of password, is void (law 9). */
  #speaker(token: VerifiedToken, refuse: (message: string) => OciError): Caller | Promise<Caller> {
    const { subject } = token;
    if (subject.kind === 'anonymous') return { actor: ANONYMOUS, token };
    return after(this.#parts.principals.find(subject), (account) => {
      if (account === undefined)
        throw refuse('The account was removed, disabled or given another secret after this token was made: sign in again.');
      return { actor: account.actor, token };
    });
  }

  #atRepository(request: IncomingMessage, need: RepositoryNeed, caller: Caller): Admitted | Promise<Admitted> {
    const { actor, token } = caller;
    const grant = token?.repositories.get(need.repository);
    if (token !== undefined && ((grant?.bits ?? 0) & ACTION_BIT[need.action]) === 0) throw this.#lacking(request, need, actor);
    return after(this.#parts.standings.allowingAt(actor, wanted(need.action, need.repository)), (standing) => {
      if (standing === undefined) return this.#withoutRight(request, need, caller);
      // The project was deleted and its name used again: what was granted for the old one opens nothing here.
      if (grant?.projectId !== undefined && grant.projectId !== standing.projectId) throw this.#lacking(request, need, actor);
      return this.#admitted(caller, this.#mayPush(need, caller, standing));
    });
  }

  #mayPush({ repository }: RepositoryNeed, { actor, token }: Caller, standing: ProjectStanding): boolean {
    const scoped = token === undefined || ((token.repositories.get(repository)?.bits ?? 0) & PUSH) !== 0;
    return scoped && can(actor, wanted('push', repository), standing);
  }

  /** No standing allows it: make the project, or say no without telling more than the caller may know (law 2). */
  async #withoutRight(request: IncomingMessage, need: RepositoryNeed, caller: Caller): Promise<Admitted> {
    const { actor } = caller;
    const project = projectOf(need.repository);
    if (actor.kind === 'anonymous') {
      throw this.#refusal(request, need, {
        message: 'Anonymous callers may not do this: sign in with docker login.',
        error: 'insufficient_scope',
      });
    }
    const standing = await this.#parts.standings.fresh(actor, project);
    // Between the two looks a request beside this one made the project (pushes of several layers arrive together): all is asked again.
    if (can(actor, wanted(need.action, need.repository), standing)) return this.#atRepository(request, need, caller);
    if (need.action !== 'delete' && standing === undefined && (await this.#parts.projectMaker.mayMake(actor))) {
      // To whom a push would make it, the project is an empty one: a client lists the referrers of what it is about to push and must get an
      // empty list (end-12a knows no 404); everything else its handler answers as unknown.
      if (need.action === 'pull') return this.#admitted(caller, false);
      // Continuing or cancelling an upload cannot be a project's first request: its handler answers that the upload is unknown.
      if (!startsPush(request)) return this.#admitted(caller, true);
      await this.#parts.projectMaker.make(actor, project);
      const made = await this.#parts.standings.allowingAt(actor, wanted('push', need.repository));
      if (made !== undefined) return this.#admitted(caller, true);
    }
    if (need.action === 'pull')
      throw new OciError('NAME_UNKNOWN', `No repository ${need.repository} is known here, or it is not yours to see.`);
    const mayPull = can(actor, wanted('pull', need.repository), standing);
    throw new OciError(
      'DENIED',
      mayPull
        ? `Your role in the project ${project} does not allow to ${need.action} here. Nothing was changed; an administrator of the project can give you another role.`
        : `You may not ${need.action} to ${need.repository}. Nothing was changed; ask an administrator of the project ${project} to make you a member.`,
    );
  }

  #admitted({ actor }: Caller, mayPush: boolean): Admitted {
    return new AdmittedCaller(this.#parts.standings, actor, mayPush);
  }

  #lacking(request: IncomingMessage, need: Need, actor: Actor): OciError {
    return this.#refusal(request, need, { message: lackingSentence(need, actor), error: 'insufficient_scope' });
  }

  #refusal(request: IncomingMessage, need: Need, about: { message: string; error?: ChallengeError }): OciError {
    return this.#parts.challenger.unauthorized(request, { need, ...about });
  }
}

/**
 * Of a token that does not cover the request. The token endpoint narrows without a word, so this is what people are told whose right is missing;
 * the same for what is there and what is not (law 2).
 */
function lackingSentence(need: Need, actor: Actor): string {
  const what =
    need.action === 'pull' || need.action === 'push' || need.action === 'delete'
      ? `${need.action} ${need.action === 'push' ? 'to' : 'from'} ${need.repository}`
      : 'list repositories';
  return actor.kind === 'anonymous'
    ? `Nobody is signed in, and so you may not ${what}, whether it is there or not: sign in first, with docker login or what your client has for it.`
    : `Your login, or the token made of it, does not let you ${what}, whether it is there or not: ask an administrator of the project for the right; a program that has it takes a token for the scope that is named.`;
}

/** `POST uploads` (also a mount) and `PUT manifest`: the requests with which something new may begin. */
function startsPush(request: IncomingMessage): boolean {
  return request.method === 'POST' || (request.method === 'PUT' && (request.url ?? '').includes('/manifests/'));
}

function wanted(
  action: RepositoryAction,
  repository: RepositoryName,
): { readonly action: ProjectAction; readonly repository: RepositoryName } {
  return { action: RIGHT[action], repository };
}
