import type { FailureCounters } from '../ports/failure-counters.ts';
import type { Lane } from './work-lanes.ts';

const MINUTE = 60;
/** Wrong passwords for one account from one address. */
const PAIR = { failures: 10, windowSeconds: 5 * MINUTE };
/** Wrong passwords for one account from anywhere: after this many a new address has one try, not ten. */
const ACCOUNT = { failures: 50, windowSeconds: 15 * MINUTE };
/** Wrong passwords for any account from one address: after this many it has two tries per account, and waits its turn. */
const ADDRESS = { failures: 100, windowSeconds: 5 * MINUTE };
const TRIES_FOR_ATTACKED_ACCOUNT = 1;
const TRIES_FROM_GUESSING_ADDRESS = 2;

export interface Attempt {
  readonly username: string;
  /** The client's IP address. */
  readonly address: string;
}

export type Verdict =
  /** `end` says that the check is over; call it once the failure, if it was one, is counted. */
  { readonly lane: Lane; end(): void } | { readonly retryAfterSeconds: number };

/**
 * Slows guessing down and counts failures only. Refused unchecked is nobody but the pair of address and account that failed too often itself;
 * what others do to an account or from an address only lowers the number of tries and the pace, so a right password at the first try always
 * gets in, wherever it comes from.
 */
export class SignInThrottle {
  readonly #counters: FailureCounters;
  /** Tries of a pair that are being checked: counted as failures until they are known, or a burst would slip through. */
  readonly #underWay = new Map<string, number>();

  constructor(counters: FailureCounters) {
    this.#counters = counters;
  }

  /** May this attempt be checked, and in which lane? */
  async judge(attempt: Attempt): Promise<Verdict> {
    const keys = keysOf(attempt);
    const [pair, account, address] = await Promise.all([
      this.#counters.read(keys.pair),
      this.#counters.read(keys.account),
      this.#counters.read(keys.address),
    ]);
    const attacked = account.failures >= ACCOUNT.failures;
    const guessing = address.failures >= ADDRESS.failures;
    const tries = attacked ? TRIES_FOR_ATTACKED_ACCOUNT : guessing ? TRIES_FROM_GUESSING_ADDRESS : PAIR.failures;
    // From here to #begin nothing is awaited, so that attempts which come together see one another.
    const spent = pair.failures + (this.#underWay.get(keys.pair) ?? 0);
    if (spent >= tries) return { retryAfterSeconds: Math.max(1, Math.ceil(pair.resetsInSeconds)) };
    return { lane: attacked || guessing ? 'slow' : 'usual', end: this.#begin(keys.pair) };
  }

  #begin(pair: string): () => void {
    this.#underWay.set(pair, (this.#underWay.get(pair) ?? 0) + 1);
    return () => {
      const left = (this.#underWay.get(pair) ?? 1) - 1;
      if (left === 0) this.#underWay.delete(pair);
      else this.#underWay.set(pair, left);
    };
  }

  async failed(attempt: Attempt): Promise<void> {
    const keys = keysOf(attempt);
    await Promise.all([
      this.#counters.add(keys.pair, PAIR.windowSeconds),
      this.#counters.add(keys.account, ACCOUNT.windowSeconds),
      this.#counters.add(keys.address, ADDRESS.windowSeconds),
    ]);
  }

  /** Whoever knows the password has explained the earlier failures from this address. */
  async succeeded(attempt: Attempt): Promise<void> {
    await this.#counters.clear(keysOf(attempt).pair);
  }
}

function keysOf({ username, address }: Attempt): { pair: string; account: string; address: string } {
  // Spelled as names are compared, or capitals would give a guesser more tries.
  const account = username.normalize('NFC').toLowerCase();
  const network = networkOf(address);
  return { pair: `pair:${network}:${account}`, account: `account:${account}`, address: `address:${network}` };
}

/** One person owns a whole IPv6 /64, so its addresses count as one; an IPv4 address in IPv6 clothes counts as itself. */
export function networkOf(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address);
  if (mapped?.[1] !== undefined) return mapped[1];
  if (!address.includes(':')) return address;
  const [head = '', tail = ''] = address.toLowerCase().split('%', 1)[0]?.split('::') ?? [];
  const left = head === '' ? [] : head.split(':');
  const right = tail === '' ? [] : tail.split(':');
  const groups = address.includes('::')
    ? [...left, ...Array<string>(Math.max(0, 8 - left.length - right.length)).fill('0'), ...right]
    : left;
  return `${groups
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':')}::/64`;
}
