import type { UserActor } from '../actor.ts';
import type { Users } from '../ports/users.ts';
import { ShortMemory, after } from './short-memory.ts';

/** A living account: who it is now, and which credentials of it still count. */
export interface Account {
  readonly actor: UserActor;
  readonly credentialVersion: number;
  /** The personal access token that speaks for the account, where one does. */
  readonly accessTokenId?: number;
}

export interface LiveOptions {
  /** Milliseconds for which a right or an account may be remembered; law 6 allows at most 5,000. */
  readonly maxAgeMs?: number;
  readonly now?: () => number;
}

export const MAX_AGE_MS = 5_000;
const MAX_ACCOUNTS = 10_000;

/** Accounts by id, remembered for at most five seconds, so that a removal or a new password reaches every credential in time (law 9). */
export class LiveAccounts {
  readonly #memory: ShortMemory<number, Account | undefined>;

  constructor(users: Pick<Users, 'findCredentialById'>, options: LiveOptions = {}) {
    this.#memory = new ShortMemory({
      maxAgeMs: options.maxAgeMs ?? MAX_AGE_MS,
      maxEntries: MAX_ACCOUNTS,
      ...(options.now === undefined ? {} : { now: options.now }),
      async lookup(id: number) {
        const found = await users.findCredentialById(id);
        if (found === undefined) return undefined;
        const { user, credentialVersion } = found;
        return { actor: { kind: 'user', id: user.id, name: user.username, systemAdmin: user.systemAdmin }, credentialVersion };
      },
    });
  }

  /** undefined when the account is gone. */
  find(id: number): Account | undefined | Promise<Account | undefined> {
    return this.#memory.get(id);
  }

  /** The account, when the credential was made under its present version or a later one than is remembered; undefined otherwise. */
  findAt(id: number, credentialVersion: number): Account | undefined | Promise<Account | undefined> {
    return after(this.#memory.get(id), (account) => {
      if (account === undefined || account.credentialVersion < credentialVersion) return this.#readAt(id, credentialVersion);
      return account.credentialVersion === credentialVersion ? account : undefined;
    });
  }

  /** A credential newer than what is remembered: another process changed the account a moment ago. */
  async #readAt(id: number, credentialVersion: number): Promise<Account | undefined> {
    const account = await this.#memory.fresh(id);
    return account?.credentialVersion === credentialVersion ? account : undefined;
  }

  /** After a change made by this process. */
  forget(id: number): void {
    this.#memory.forget(id);
  }
}
