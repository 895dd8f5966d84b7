import { LRUCache } from 'lru-cache';

export interface ShortMemoryOptions<Key, Value> {
  /** Milliseconds for which an answer may be used, counted from the moment it was asked for. */
  readonly maxAgeMs: number;
  readonly maxEntries: number;
  lookup(key: Key): Promise<Value>;
  /** Milliseconds of a clock that never runs backwards; tests hand in their own. */
  readonly now?: () => number;
}

interface Entry<Value> {
  readonly askedAt: number;
  readonly value: Value;
}

/**
 * Remembers answers for a few seconds, no longer: an answer is as old as its question, so that nothing decided with it can be older than
 * `maxAgeMs` (laws 6 and 9). Answers at once when it remembers; questions that arrive together are asked once.
 */
export class ShortMemory<Key extends string | number, Value> {
  readonly #options: ShortMemoryOptions<Key, Value>;
  readonly #now: () => number;
  readonly #entries: LRUCache<Key, Entry<Value>>;
  readonly #pending = new Map<Key, Promise<Value>>();

  constructor(options: ShortMemoryOptions<Key, Value>) {
    this.#options = options;
    this.#now = options.now ?? (() => performance.now());
    this.#entries = new LRUCache({ max: options.maxEntries });
  }

  get(key: Key): Value | Promise<Value> {
    const entry = this.#entries.get(key);
    if (entry !== undefined && this.#now() - entry.askedAt < this.#options.maxAgeMs) return entry.value;
    return this.#pending.get(key) ?? this.#ask(key);
  }

  /** Asks now, whatever is remembered, and remembers the answer. */
  fresh(key: Key): Promise<Value> {
    return this.#ask(key);
  }

  /** Drops what is remembered, and what is being asked at this moment. */
  forget(key: Key): void {
    this.#entries.delete(key);
    this.#pending.delete(key);
  }

  forgetAll(): void {
    this.#entries.clear();
    this.#pending.clear();
  }

  async #ask(key: Key): Promise<Value> {
    const askedAt = this.#now();
    const pending = this.#options.lookup(key);
    this.#pending.set(key, pending);
    try {
      const value = await pending;
      // Whoever called forget() or fresh() meanwhile wants a later answer than this one.
      if (this.#pending.get(key) === pending) this.#entries.set(key, { askedAt, value });
      return value;
    } finally {
      if (this.#pending.get(key) === pending) this.#pending.delete(key);
    }
  }
}

/** Goes on at once where a value is there already, so that a hot path waits for no microtask. */
export function after<Value, Result>(
  value: Value | Promise<Value>,
  next: (value: Value) => Result | Promise<Result>,
): Result | Promise<Result> {
  return value instanceof Promise ? value.then(next) : next(value);
}
