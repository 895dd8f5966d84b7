import { existsSync, readdirSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { waitFor } from './processes.ts';
import { removeFolder, scratchFolder } from './scratch.ts';

/** How far an answer's Date may be from what was set: it has whole seconds, and the answer takes its time. */
const TOLERANCE_MS = 5_000;

/** The wall clock that one server sees, by libfaketime; a clock that only goes forward, as for timers, is left alone. */
export class MovedClock {
  readonly #folder: string;

  private constructor(folder: string) {
    this.#folder = folder;
  }

  static async create(): Promise<MovedClock> {
    const clock = new MovedClock(await scratchFolder('clock'));
    await clock.#write(0);
    return clock;
  }

  /** For the server's environment. */
  get environment(): NodeJS.ProcessEnv {
    return {
      LD_PRELOAD: library(),
      FAKETIME_TIMESTAMP_FILE: this.#file,
      FAKETIME_CACHE_DURATION: '1',
      FAKETIME_DONT_FAKE_MONOTONIC: '1',
    };
  }

  /** Moves the clock that many seconds from the true time, and waits until the server at `url` shows it. */
  async set(seconds: number, url: string): Promise<void> {
    await this.#write(seconds);
    await waitFor(`a clock ${seconds} s off`, 30_000, async () => {
      const answer = await fetch(`${url}/livez`, { signal: AbortSignal.timeout(5_000) });
      await answer.arrayBuffer();
      return Math.abs(Date.parse(answer.headers.get('date') ?? '') - Date.now() - seconds * 1000) < TOLERANCE_MS;
    });
  }

  async dispose(): Promise<void> {
    await removeFolder(this.#folder);
  }

  get #file(): string {
    return join(this.#folder, 'offset');
  }

  async #write(seconds: number): Promise<void> {
    await writeFile(this.#file, `${seconds < 0 ? '' : '+'}${seconds}s\n`);
  }
}

/** Debian keeps it below a folder named for the architecture. */
function library(): string {
  const path = readdirSync('/usr/lib')
    .map((folder) => join('/usr/lib', folder, 'faketime/libfaketimeMT.so.1'))
    .find((file) => existsSync(file));
  if (path === undefined) throw new Error('libfaketime is not installed: apt-get install faketime.');
  return path;
}
