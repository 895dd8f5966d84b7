import { Pace, StorageFailedError } from '@berth/registry';
import type { S3Calls } from './s3-calls.ts';

interface Waiting {
  readonly name: string;
  readonly done: () => void;
  readonly failed: (error: Error) => void;
}

/** What one request may name. */
const BATCH = 1000;
const BATCHES_AT_ONCE = 4;
/** Far more than anybody deletes, while a storage of few machines still serves pushes and pulls. */
const REMOVALS_PER_SECOND = 655;
/** A request of a thousand takes a second or so, which counts. */
const MADE_UP_FOR_MS = 2000;

/** Puts removals that are asked for together into requests of up to a thousand, a few under way at once, at a pace. */
export class RemoveBatches {
  readonly #calls: S3Calls;
  readonly #pace = new Pace(REMOVALS_PER_SECOND, MADE_UP_FOR_MS);
  #waiting: Waiting[] = [];
  #underWay = 0;
  #scheduled = false;

  constructor(calls: S3Calls) {
    this.#calls = calls;
  }

  /** Resolves when the object is gone; an absent one is fine. */
  remove(name: string): Promise<void> {
    return new Promise((done, failed) => {
      this.#waiting.push({ name, done, failed });
      this.#schedule();
    });
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      this.#start();
    });
  }

  #start(): void {
    while (this.#waiting.length > 0 && this.#underWay < BATCHES_AT_ONCE) {
      const batch = this.#waiting.slice(0, BATCH);
      this.#waiting = this.#waiting.slice(BATCH);
      this.#underWay += 1;
      void this.#send(batch).finally(() => {
        this.#underWay -= 1;
        this.#start();
      });
    }
  }

  /** Never rejects: each waiting caller hears its own outcome. */
  async #send(batch: readonly Waiting[]): Promise<void> {
    try {
      await this.#pace.took(batch.length);
      const refused = await this.#remove(batch.map(({ name }) => name));
      for (const { name, done, failed } of batch) {
        const reason = refused.get(name);
        if (reason === undefined) done();
        else failed(new StorageFailedError(`The S3 storage would not remove ${name}: ${reason}.`));
      }
    } catch (error) {
      for (const { failed } of batch) failed(error as Error);
    }
  }

  async #remove(names: readonly string[]): Promise<ReadonlyMap<string, string>> {
    const [first] = names;
    if (names.length > 1 || first === undefined) return this.#calls.removeMany(names);
    await this.#calls.remove(first);
    return new Map();
  }
}
