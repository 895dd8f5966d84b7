/** One key of the ring as the database keeps it. */
export interface StoredSigningKey {
  /** Names the key in the `kid` header of tokens; 1 to 64 URL-safe characters, unique. */
  readonly kid: string;
  /** The secret, sealed with AES-256-GCM under the master key. Opaque to the database; less than 200 bytes. */
  readonly sealed: Buffer;
  /** Seconds since it was added, by the database's clock: never negative. */
  readonly ageSeconds: number;
}

export interface NewSigningKey {
  readonly kid: string;
  readonly sealed: Buffer;
}

/** The ring of token signing keys, shared by every process of one installation (law 14). */
export interface SigningKeys {
  /** All keys, the newest first. A handful at most. */
  list(): Promise<readonly StoredSigningKey[]>;
  /**
   * Adds a key, only while the newest stored key is still `newest` (undefined: while there is none). False otherwise, nothing stored:
   * of several processes that rotate at once, one wins and the others read its key.
   */
  add(key: NewSigningKey, newest: string | undefined): Promise<boolean>;
  /** Removes keys older than this, never the newest one. Returns how many. */
  removeOlderThan(ageSeconds: number): Promise<number>;
}
