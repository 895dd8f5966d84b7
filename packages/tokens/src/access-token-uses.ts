import type { AccessTokens } from '@berth/access';

const FLUSH_MS = 30_000;
const MAX_PENDING = 10_000;

export interface AccessTokenUsesParts {
  readonly accessTokens: Pick<AccessTokens, 'recordUses'>;
  /** The last uses could not be written; they are tried again with the next. */
  onTrouble(error: unknown): void;
}

/** Collects when access tokens were last used and writes them together, twice a minute at most: a pull never waits for it. */
export class AccessTokenUses {
  readonly #parts: AccessTokenUsesParts;
  #pending = new Map<number, Date>();
  #timer: NodeJS.Timeout | undefined;

  constructor(parts: AccessTokenUsesParts) {
    this.#parts = parts;
  }

  note(accessTokenId: number): void {
    if (this.#pending.size >= MAX_PENDING && !this.#pending.has(accessTokenId)) return;
    this.#pending.set(accessTokenId, new Date());
    // Unref: nobody waits half a minute at the end for a date.
    this.#timer ??= setTimeout(() => void this.flush(), FLUSH_MS).unref();
  }

  /** Writes what is noted. Never rejects. */
  async flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const uses = this.#pending;
    this.#pending = new Map();
    if (uses.size === 0) return;
    try {
      await this.#parts.accessTokens.recordUses(uses);
    } catch (error) {
      this.#pending = new Map([...uses, ...this.#pending]);
      this.#parts.onTrouble(error);
    }
  }
}
