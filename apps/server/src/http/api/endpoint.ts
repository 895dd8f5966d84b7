import {
  type Account,
  type Actor,
  ANONYMOUS,
  can,
  decideSystem,
  isUser,
  mayKnowEveryProject,
  type Principal,
  type ProjectAction,
  type ProjectStanding,
  type Robot,
  type SystemAction,
  type Wanted,
} from '@berth/access';
import type { Operation } from '@berth/api-contract';
import { type RepositoryName, parseRepositoryName, say } from '@berth/oci';
import type { RetentionPolicy } from '@berth/registry';
import type { Request, Response } from 'express';
import type { z } from 'zod';
import { ApiError } from './api-error.ts';
import type { ApiParts } from './api-parts.ts';
import type { ApiCaller } from './authenticate.ts';
import { nameFromPath } from './path-names.ts';
import { findStanding } from './project-target.ts';

/** One request, read and checked. */
export interface Call<Params = unknown, Query = unknown, Body = unknown> {
  readonly parts: ApiParts;
  readonly request: Request;
  /** For what travels beside the reply, such as a session's cookie; the reply itself is rendered by the router. */
  readonly response: Response;
  readonly caller: ApiCaller;
  readonly actor: Actor;
  readonly params: Params;
  readonly query: Query;
  readonly body: Body;
}

export interface Reply {
  readonly json?: unknown;
  readonly text?: string;
  /** A text or a file too long to be held at once. */
  readonly stream?: AsyncIterable<string | Uint8Array>;
  /** Lower-case names. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** Who may call an endpoint: shown in the table, and enforced before its handler runs. */
export type AccessRule =
  | { readonly kind: 'anyone' }
  | { readonly kind: 'signed in' }
  | { readonly kind: 'system'; readonly action: SystemAction }
  /** The user named in the path himself, or who holds the right. */
  | { readonly kind: 'self or system'; readonly action: SystemAction }
  | { readonly kind: 'project'; readonly action: ProjectAction }
  /** In the project of the robot, or outside projects for robots of the system. */
  | { readonly kind: 'robot'; readonly action: ProjectAction }
  /** In the project of the policy. */
  | { readonly kind: 'retention'; readonly action: ProjectAction };

export interface Endpoint {
  readonly operation: Operation;
  readonly rule: AccessRule;
  /** Checks the rule. A call with parsed path parameters; query and body are not read yet. */
  authorize(call: Call): Promise<Admission>;
  handle(call: Call, admission: Admission): Promise<Reply>;
}

/** What the rule found out on its way: the account of who signed in, the standing in the project of the path. */
interface Admission {
  readonly account?: Principal;
  readonly standing?: ProjectStanding;
  readonly robot?: Robot;
  readonly retention?: RetentionPolicy;
}

type CallOf<O> = O extends Operation<infer P, infer Q, infer B> ? Call<z.output<P>, z.output<Q>, z.output<B>> : never;

/** Narrowed calls are safe: the router parses with the operation's own schemas before it calls. */
function typed<O>(call: Call): CallOf<O> {
  return call as CallOf<O>;
}

export function publicEndpoint<O extends Operation>(operation: O, handle: (call: CallOf<O>) => Promise<Reply>): Endpoint {
  return { operation, rule: { kind: 'anyone' }, authorize: async () => ({}), handle: (call) => handle(typed<O>(call)) };
}

type AccountHandler<O> = (call: CallOf<O>, account: Account) => Promise<Reply>;
type PrincipalHandler<O> = (call: CallOf<O>, principal: Principal) => Promise<Reply>;

/** For everyone who signed in, people and robots. */
export function principalEndpoint<O extends Operation>(operation: O, handle: PrincipalHandler<O>): Endpoint {
  return {
    operation,
    rule: { kind: 'signed in' },
    authorize: async (call) => ({ account: signedIn(call) }),
    handle: (call) => handle(typed<O>(call), signedIn(call)),
  };
}

/** For people: a robot has no profile and owns nothing. */
export function accountEndpoint<O extends Operation>(operation: O, handle: AccountHandler<O>): Endpoint {
  return {
    operation,
    rule: { kind: 'signed in' },
    authorize: async (call) => ({ account: person(call) }),
    handle: (call) => handle(typed<O>(call), person(call)),
  };
}

export function systemEndpoint<O extends Operation>(operation: O, action: SystemAction, handle: PrincipalHandler<O>): Endpoint {
  return {
    operation,
    rule: { kind: 'system', action },
    authorize: async (call) => ({ account: allowedBySystem(call, action) }),
    handle: (call) => handle(typed<O>(call), signedIn(call)),
  };
}

export function selfEndpoint<O extends Operation>(operation: O, action: SystemAction, handle: PrincipalHandler<O>): Endpoint {
  return {
    operation,
    rule: { kind: 'self or system', action },
    authorize: async (call) => {
      const account = signedIn(call);
      const { user_id: id } = call.params as { user_id: number };
      return { account: isSelf(account, id) ? account : allowedBySystem(call, action) };
    },
    handle: (call) => handle(typed<O>(call), signedIn(call)),
  };
}

type ProjectHandler<O> = (call: CallOf<O>, standing: ProjectStanding) => Promise<Reply>;

export function projectEndpoint<O extends Operation>(operation: O, action: ProjectAction, handle: ProjectHandler<O>): Endpoint {
  return {
    operation,
    rule: { kind: 'project', action },
    authorize: async (call) => ({ standing: await allowedByProject(call, action) }),
    handle: (call, { standing }) => {
      if (standing === undefined) throw new Error('A project endpoint was called without its standing.');
      return handle(typed<O>(call), standing);
    },
  };
}

export function signedIn({ caller }: Pick<Call, 'caller'>): Principal {
  if (caller === undefined) throw new ApiError('UNAUTHORIZED', say('sign-in-first')`Sign in first: this needs a username and a password.`);
  return caller;
}

function person(call: Call): Account {
  const principal = signedIn(call);
  if (isUser(principal)) return principal;
  throw new ApiError('FORBIDDEN', say('people-only')`This is for people: a robot account has no profile. Nothing was changed.`);
}

/** Himself, with the whole of his rights: a token that was narrowed may not change its own account. */
function isSelf({ actor }: Principal, id: number): boolean {
  return actor.kind === 'user' && actor.limit === undefined && actor.id === id;
}

export function allowedBySystem(call: Pick<Call, 'caller'>, action: SystemAction): Principal {
  const account = signedIn(call);
  if (decideSystem(account.actor, action).allowed) return account;
  throw new ApiError(
    'FORBIDDEN',
    say('needs-system-right')`This needs the right ${{ action }}, which system administrators have. Nothing was changed.`,
  );
}

/** Who may not know a project hears the same of a foreign one as of one that does not exist (Harbor: 403). */
async function allowedByProject(call: Call, action: ProjectAction): Promise<ProjectStanding> {
  const standing = await findStanding(call);
  if (standing !== undefined && can(call.actor, wantedBy(call, action), standing)) return standing;
  if (call.caller === undefined)
    throw new ApiError('UNAUTHORIZED', say('sign-in-for-private')`Sign in first: anonymous callers see public projects only.`);
  if (standing === undefined && mayKnowEveryProject(call.actor))
    throw new ApiError('NOT_FOUND', say('no-such-project')`No such project exists.`);
  throw new ApiError(
    'FORBIDDEN',
    say('needs-project-right')`The project does not exist, or your role in it does not include ${{ action }}. Nothing was changed.`,
  );
}

/** An address below a repository asks about that repository: roles may count for some of a project's repositories only. */
function wantedBy({ params }: Call, action: ProjectAction): Wanted {
  const { project_name: project, repository_name: rest } = params as { project_name?: string; repository_name?: string };
  if (project === undefined || rest === undefined) return action;
  return { action, repository: repositoryNameOf(project, rest) };
}

/** Throws NAME_INVALID (400). */
function repositoryNameOf(project: string, rest: string): RepositoryName {
  return parseRepositoryName(`${nameFromPath(project)}/${nameFromPath(rest)}`);
}

export function actorOf(caller: ApiCaller): Actor {
  return caller?.actor ?? ANONYMOUS;
}
