import { randomBytes } from 'node:crypto';
import type { SigningKeys } from './ports/signing-keys.ts';
import { SealBrokenError, Sealer } from './sealing.ts';

const SECRET_BYTES = 32;
const DAY_SECONDS = 24 * 60 * 60;
/** A new key signs after this long. */
const ROTATE_AFTER_SECONDS = 90 * DAY_SECONDS;
/** Unknown key ids are looked up in the database at most this often: they are also what a forger sends. */
const RELOAD_PAUSE_MS = 1_000;
/** A process that runs for months looks this often whether another key should sign. */
const REFRESH_MS = 60 * 60 * 1_000;

export interface SigningKey {
  readonly kid: string;
  readonly secret: Uint8Array;
}

export interface KeyRingOptions {
  /** Seconds for which the longest-living token must stay verifiable; keys are kept that much longer than they sign. */
  readonly keepSeconds: number;
  readonly now?: () => number;
}

/** The keys that sign and verify tokens. Every process of an installation has the same ring, from the database. */
export class KeyRing {
  readonly #store: SigningKeys;
  readonly #sealer: Sealer;
  readonly #options: KeyRingOptions;
  readonly #now: () => number;
  #keys = new Map<string, SigningKey>();
  #current: SigningKey | undefined;
  #loadedAt = 0;
  #loading: Promise<void> | undefined;
  #refreshing: Promise<void> | undefined;

  private constructor(store: SigningKeys, masterKey: Buffer, options: KeyRingOptions) {
    this.#store = store;
    this.#sealer = new Sealer(masterKey, 'token signing keys');
    this.#options = options;
    this.#now = options.now ?? (() => performance.now());
  }

  /** Reads the ring, making the first key or a due one. Throws {@link SealBrokenError} with what to do when the master key does not fit. */
  static async open(store: SigningKeys, masterKey: Buffer, options: KeyRingOptions): Promise<KeyRing> {
    const ring = new KeyRing(store, masterKey, options);
    await ring.rotateIfDue();
    return ring;
  }

  /** The key that signs now. Makes a due one first, once an hour at most, so that no job is needed for it. */
  async signer(): Promise<SigningKey> {
    if (this.#now() - this.#loadedAt >= REFRESH_MS) {
      this.#refreshing ??= this.rotateIfDue().finally(() => {
        this.#refreshing = undefined;
      });
      await this.#refreshing;
    }
    if (this.#current === undefined) throw new Error('The key ring is empty.');
    return this.#current;
  }

  /** The key named `kid`, looked up in the database when another process may have added it a moment ago. */
  async find(kid: string): Promise<SigningKey | undefined> {
    const known = this.#keys.get(kid);
    if (known !== undefined) return known;
    if (this.#now() - this.#loadedAt >= RELOAD_PAUSE_MS) await this.#reload();
    return this.#keys.get(kid);
  }

  /** Adds a key when there is none or the newest is 90 days old, and drops those that no living token can name. */
  async rotateIfDue(): Promise<void> {
    const [newest] = await this.#store.list();
    if (newest === undefined || newest.ageSeconds >= ROTATE_AFTER_SECONDS) {
      if (newest !== undefined) this.#open(newest.sealed, newest.kid);
      const kid = randomBytes(12).toString('base64url');
      // When another process was quicker its key is read below.
      await this.#store.add({ kid, sealed: this.#sealer.seal(randomBytes(SECRET_BYTES), kid) }, newest?.kid);
    }
    await this.#store.removeOlderThan(ROTATE_AFTER_SECONDS + this.#options.keepSeconds);
    await this.#reload();
  }

  #reload(): Promise<void> {
    this.#loading ??= this.#load().finally(() => {
      this.#loading = undefined;
    });
    return this.#loading;
  }

  async #load(): Promise<void> {
    const stored = await this.#store.list();
    const keys = stored.map(({ kid, sealed }) => ({ kid, secret: this.#open(sealed, kid) }));
    this.#keys = new Map(keys.map((key) => [key.kid, key]));
    this.#current = keys[0];
    this.#loadedAt = this.#now();
  }

  #open(sealed: Buffer, kid: string): Uint8Array {
    try {
      return this.#sealer.open(sealed, kid);
    } catch (cause) {
      if (!(cause instanceof SealBrokenError)) throw cause;
      throw new SealBrokenError(
        'The token signing keys in the database were sealed with another secret key than this server has. Nothing was changed. ' +
          'Give this server the secret key that the database was made with; every replica needs the same one.',
        { cause },
      );
    }
  }
}
