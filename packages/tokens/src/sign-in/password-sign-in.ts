import { createHmac, randomBytes } from 'node:crypto';
import { after, type LivePrincipals, type LivingSubject, type Principal, subjectOf } from '@berth/access';
import { LRUCache } from 'lru-cache';
import { MAX_PASSWORD_INPUT } from '../passwords.ts';
import type { FailureCounters } from '../ports/failure-counters.ts';
import type { CredentialProver } from './credential-prover.ts';
import { type Attempt, SignInThrottle } from './sign-in-throttle.ts';
import { WorkLanes } from './work-lanes.ts';

export interface PasswordAttempt extends Attempt {
  readonly password: string;
}

export type SignInResult =
  | { readonly outcome: 'signed in'; readonly account: Principal }
  /** Wrong name or password; which of the two is never told. */
  | { readonly outcome: 'refused' }
  | { readonly outcome: 'throttled'; readonly retryAfterSeconds: number };

export interface PasswordSignInOptions {
  readonly prover: Pick<CredentialProver, 'prove'>;
  readonly principals: LivePrincipals;
  readonly counters: FailureCounters;
  readonly now?: () => number;
}

/** Milliseconds for which a checked password need not be checked again. */
const REMEMBER_MS = 5_000;
const MAX_REMEMBERED = 10_000;
const MAX_USERNAME_INPUT = 255;
/** libuv has four threads, which also read files: hashing leaves half of them alone. */
const LANES = { concurrency: 2, waiting: { known: 1_000, usual: 100, slow: 20 }, slowPauseMs: 250 };
const BUSY_RETRY_SECONDS = 2;
const KNOWN = { lane: 'known', end: () => undefined } as const;

interface Remembered {
  readonly subject: LivingSubject;
  readonly checkedAt: number;
}

/**
 * Signs people and programs in by name and password, or what takes a password's place. A password that was right within the last five seconds is not hashed again, but its account is
 * looked at every time; unknown names take as long as wrong passwords.
 */
export class PasswordSignIn {
  readonly #options: PasswordSignInOptions;
  readonly #throttle: SignInThrottle;
  readonly #now: () => number;
  readonly #lanes = new WorkLanes(LANES);
  /** What is remembered is named by a keyed hash with a key of this process: no password rests in memory or can be tried against a dump. */
  readonly #key = randomBytes(32);
  /** Right at some time: worth five seconds of trust from `checkedAt`, and for longer the right to be checked whatever others do. */
  readonly #remembered = new LRUCache<string, Remembered>({ max: MAX_REMEMBERED });
  readonly #underWay = new Map<string, Promise<SignInResult>>();

  constructor(options: PasswordSignInOptions) {
    this.#options = options;
    this.#throttle = new SignInThrottle(options.counters);
    this.#now = options.now ?? (() => performance.now());
  }

  /** Answers at once when it remembers both the password and the account. */
  signIn(attempt: PasswordAttempt): SignInResult | Promise<SignInResult> {
    const { username, password } = attempt;
    if (username.length === 0 || username.length > MAX_USERNAME_INPUT || password.length === 0 || password.length > MAX_PASSWORD_INPUT) {
      return { outcome: 'refused' };
    }
    // No account has such a name, and Postgres cannot even be asked for a text that holds NUL.
    if (username.includes('\0')) return { outcome: 'refused' };
    const fingerprint = createHmac('sha256', this.#key).update(`${username.length}:${username}${password}`).digest('base64');
    const remembered = this.#remembered.get(fingerprint);
    if (remembered === undefined || this.#now() - remembered.checkedAt >= REMEMBER_MS) return this.#checkOnce(attempt, fingerprint);
    return after(this.#options.principals.find(remembered.subject), (account) =>
      account === undefined ? this.#checkOnce(attempt, fingerprint) : ({ outcome: 'signed in', account } as const),
    );
  }

  /** Requests that bring the same credential from the same address together are one check. */
  #checkOnce(attempt: PasswordAttempt, fingerprint: string): Promise<SignInResult> {
    const key = `${attempt.address} ${fingerprint}`;
    const underWay = this.#underWay.get(key);
    if (underWay !== undefined) return underWay;
    const check = this.#check(attempt, fingerprint).finally(() => this.#underWay.delete(key));
    this.#underWay.set(key, check);
    return check;
  }

  async #check(attempt: PasswordAttempt, fingerprint: string): Promise<SignInResult> {
    // A credential that was right before is checked again whatever others did meanwhile: nobody can lock its owner out.
    const verdict = this.#remembered.has(fingerprint) ? KNOWN : await this.#throttle.judge(attempt);
    if ('retryAfterSeconds' in verdict) return { outcome: 'throttled', retryAfterSeconds: verdict.retryAfterSeconds };
    try {
      const checked = await this.#lanes.run(verdict.lane, () => this.#compare(attempt));
      if (checked === undefined) return { outcome: 'throttled', retryAfterSeconds: BUSY_RETRY_SECONDS };
      if (checked.account === undefined) {
        this.#remembered.delete(fingerprint);
        await this.#throttle.failed(attempt);
        return { outcome: 'refused' };
      }
      if (verdict.lane !== 'known') await this.#throttle.succeeded(attempt);
      this.#remembered.set(fingerprint, { subject: subjectOf(checked.account), checkedAt: checked.at });
      return { outcome: 'signed in', account: checked.account };
    } finally {
      verdict.end();
    }
  }

  async #compare({ username, password }: PasswordAttempt): Promise<{ at: number; account: Principal | undefined }> {
    const at = this.#now();
    return { at, account: await this.#options.prover.prove(username, password) };
  }
}
