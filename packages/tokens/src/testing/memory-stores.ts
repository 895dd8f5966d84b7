import type { FailureCount, FailureCounters } from '../ports/failure-counters.ts';
import type { NewSigningKey, SigningKeys, StoredSigningKey } from '../ports/signing-keys.ts';

/** A ring in memory whose clock the test moves; the real one has its own tests where Postgres is. */
export class MemorySigningKeys implements SigningKeys {
  seconds = 0;
  readonly keys: (NewSigningKey & { addedAt: number })[] = [];
  reads = 0;

  async list(): Promise<readonly StoredSigningKey[]> {
    this.reads += 1;
    return this.keys.map(({ kid, sealed, addedAt }) => ({ kid, sealed, ageSeconds: this.seconds - addedAt })).reverse();
  }

  async add(key: NewSigningKey, newest: string | undefined): Promise<boolean> {
    if (this.keys.at(-1)?.kid !== newest) return false;
    this.keys.push({ ...key, addedAt: this.seconds });
    return true;
  }

  async removeOlderThan(ageSeconds: number): Promise<number> {
    const before = this.keys.length;
    const newest = this.keys.at(-1);
    const kept = this.keys.filter((key) => key === newest || this.seconds - key.addedAt <= ageSeconds);
    this.keys.splice(0, before, ...kept);
    return before - kept.length;
  }
}

export class MemoryFailureCounters implements FailureCounters {
  seconds = 0;
  readonly #counts = new Map<string, { failures: number; endsAt: number }>();

  async read(key: string): Promise<FailureCount> {
    const count = this.#counts.get(key);
    if (count === undefined || count.endsAt <= this.seconds) return { failures: 0, resetsInSeconds: 0 };
    return { failures: count.failures, resetsInSeconds: count.endsAt - this.seconds };
  }

  async add(key: string, windowSeconds: number): Promise<FailureCount> {
    const { failures, resetsInSeconds } = await this.read(key);
    this.#counts.set(key, { failures: failures + 1, endsAt: this.seconds + (failures === 0 ? windowSeconds : resetsInSeconds) });
    return this.read(key);
  }

  async clear(key: string): Promise<void> {
    this.#counts.delete(key);
  }
}
