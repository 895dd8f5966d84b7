import type { RobotActor } from '../actor.ts';
import type { AccessTokens, LivingAccessToken } from '../ports/access-tokens.ts';
import type { LivingRobot, Robots } from '../ports/robots.ts';
import { type Account, type LiveAccounts, type LiveOptions, MAX_AGE_MS } from './live-accounts.ts';
import { after, ShortMemory } from './short-memory.ts';

/** Whoever signed in: a user, perhaps by an access token, or a robot. */
export type Principal = Account | RobotAccount;

export interface RobotAccount {
  readonly actor: RobotActor;
  readonly credentialVersion: number;
}

/** Whom a credential was made for, and under which version of the account. */
export type LivingSubject =
  | { readonly kind: 'user'; readonly id: number; readonly credentialVersion: number; readonly accessTokenId?: number }
  | { readonly kind: 'robot'; readonly id: number; readonly credentialVersion: number };

const MAX_REMEMBERED = 10_000;

export function isUser(principal: Principal): principal is Account {
  return principal.actor.kind === 'user';
}

export function subjectOf(principal: Principal): LivingSubject {
  const { actor, credentialVersion } = principal;
  if (actor.kind === 'robot') return { kind: 'robot', id: actor.id, credentialVersion };
  const { accessTokenId } = principal as Account;
  return { kind: 'user', id: actor.id, credentialVersion, ...(accessTokenId === undefined ? {} : { accessTokenId }) };
}

/**
 * Everyone who can sign in, as they are now: remembered for at most five seconds, so that a removal, a new secret, a revoked token or a
 * disabled robot ends every credential in time (law 9).
 */
export class LivePrincipals {
  readonly #accounts: LiveAccounts;
  readonly #robots: ShortMemory<number, LivingRobot | undefined>;
  readonly #tokens: ShortMemory<number, LivingAccessToken | undefined>;

  constructor(
    accounts: LiveAccounts,
    stores: { readonly robots: Pick<Robots, 'findLiving'>; readonly accessTokens: Pick<AccessTokens, 'findLiving'> },
    options: LiveOptions = {},
  ) {
    const common = {
      maxAgeMs: options.maxAgeMs ?? MAX_AGE_MS,
      maxEntries: MAX_REMEMBERED,
      ...(options.now === undefined ? {} : { now: options.now }),
    };
    this.#accounts = accounts;
    this.#robots = new ShortMemory({ ...common, lookup: (id: number) => stores.robots.findLiving(id) });
    this.#tokens = new ShortMemory({ ...common, lookup: (id: number) => stores.accessTokens.findLiving(id) });
  }

  /** The living account behind a credential; undefined when the credential is void. */
  find(subject: LivingSubject): Principal | undefined | Promise<Principal | undefined> {
    if (subject.kind === 'robot') return this.#robot(subject.id, subject.credentialVersion);
    const account = this.#accounts.findAt(subject.id, subject.credentialVersion);
    if (subject.accessTokenId === undefined) return account;
    const token = this.#tokens.get(subject.accessTokenId);
    return after(account, (owner) => after(token, (living) => (living === undefined ? undefined : byToken(owner, living))));
  }

  /** The owner as an access token shows him; undefined when he is gone. */
  async owner(token: LivingAccessToken): Promise<Account | undefined> {
    return byToken(await this.#accounts.find(token.userId), token);
  }

  #robot(id: number, credentialVersion: number): RobotAccount | undefined | Promise<RobotAccount | undefined> {
    return after(this.#robots.get(id), (remembered) => {
      if (remembered?.credentialVersion === credentialVersion) return remembered;
      // A robot that another process made or enabled a moment ago.
      return this.#robots.fresh(id).then((robot) => (robot?.credentialVersion === credentialVersion ? robot : undefined));
    });
  }

  /** After a change made by this process. */
  forgetRobot(id: number): void {
    this.#robots.forget(id);
  }

  forgetAccessToken(id: number): void {
    this.#tokens.forget(id);
  }
}

function byToken(owner: Account | undefined, token: LivingAccessToken): Account | undefined {
  if (owner === undefined || owner.actor.id !== token.userId) return undefined;
  const { actor, credentialVersion } = owner;
  return { actor: token.limit === undefined ? actor : { ...actor, limit: token.limit }, credentialVersion, accessTokenId: token.id };
}
