import { constants } from 'node:fs';
import type { DiskCalls } from './disk-calls.ts';

/**
 * The directory's fsync itself failed: entries may be lost although a later sync succeeds (I11). Other failures, as of opening the
 * directory, leave the entries as they were and may be tried again.
 */
export class DirectorySyncFailedError extends Error {
  override readonly name = 'DirectorySyncFailedError';
}

interface Turn {
  readonly running: Promise<void>;
  next: Promise<void> | undefined;
}

/**
 * Makes directory entries durable. Requests that arrive while a directory is being synced share the next sync: one that began
 * before their entry was made would prove nothing, and one for each would only queue at the disk.
 */
export class DirectorySyncs {
  readonly #calls: DiskCalls;
  readonly #turns = new Map<string, Turn>();

  constructor(calls: DiskCalls) {
    this.#calls = calls;
  }

  /** Resolves when every entry made in `directory` before the call is durable; a failure reaches all who share the sync. */
  sync(directory: string): Promise<void> {
    const turn = this.#turns.get(directory);
    if (turn === undefined) return this.#start(directory);
    turn.next ??= turn.running.then(
      () => this.#start(directory),
      () => this.#start(directory),
    );
    return turn.next;
  }

  #start(directory: string): Promise<void> {
    const running = this.#syncOnce(directory);
    const turn: Turn = { running, next: undefined };
    this.#turns.set(directory, turn);
    const end = (): void => {
      if (turn.next === undefined && this.#turns.get(directory) === turn) this.#turns.delete(directory);
    };
    running.then(end, end);
    return running;
  }

  async #syncOnce(directory: string): Promise<void> {
    const fd = await this.#calls.open(directory, constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW);
    try {
      await this.#calls.fsync(fd);
    } catch (error) {
      throw new DirectorySyncFailedError(`${directory} could not be made durable.`, { cause: error });
    } finally {
      await this.#calls.close(fd);
    }
  }
}
