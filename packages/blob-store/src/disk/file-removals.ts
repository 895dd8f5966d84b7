import { Pace } from '@berth/registry';
import type { DiskCalls } from './disk-calls.ts';

/** In one go: a millisecond or two, after which others have the disk. */
const AT_ONCE = 20;
/** Each is work for the file system's journal, which a push waits for when it syncs. */
const REMOVALS_PER_SECOND = 2050;

interface Waiting {
  readonly path: string;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

/** Removes files that nobody needs any more. They come by the thousand and must not hold up the reads and writes of requests. */
export class FileRemovals {
  readonly #calls: DiskCalls;
  readonly #pace = new Pace(REMOVALS_PER_SECOND);
  readonly #waiting: Waiting[] = [];
  #running = false;

  constructor(calls: DiskCalls) {
    this.#calls = calls;
  }

  /** Resolves when it is gone, or was not there. Rejects with an error that has an errno name as its `code`. */
  remove(path: string): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ path, resolve, reject });
      if (!this.#running) void this.#run();
    });
  }

  async #run(): Promise<void> {
    this.#running = true;
    // Those that are asked for together go together.
    await Promise.resolve();
    for (let batch = this.#waiting.splice(0, AT_ONCE); batch.length > 0; batch = this.#waiting.splice(0, AT_ONCE)) {
      await this.#removeAll(batch);
      await this.#pace.took(batch.length);
    }
    this.#running = false;
  }

  async #removeAll(batch: readonly Waiting[]): Promise<void> {
    try {
      const codes = await this.#calls.unlinkAll(batch.map(({ path }) => path));
      for (const [index, { path, resolve, reject }] of batch.entries()) {
        const code = codes[index];
        if (code === undefined || code === 'ENOENT') resolve();
        else reject(Object.assign(new Error(`${code}: unlink '${path}'`), { code }));
      }
    } catch (error) {
      for (const { reject } of batch) reject(error as Error);
    }
  }
}
