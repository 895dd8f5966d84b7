import type { Digest, Reference, RepositoryName, Tag } from '@berth/oci';
import type { ByteCount, Traffic } from '../ports/traffic.ts';
import type { TroubleReport } from '../trouble.ts';

/** How often counts are written; a crash loses at most so much. */
const FLUSH_MS = 5_000;
/** Different names between two writes; beyond it the batch is written at once. */
const MAX_ENTRIES = 10_000;

interface Tally {
  count: number;
  lastAt: number;
}

/** Pulls and pushes, counted in memory and written in batches: no statement per pull. Each process counts its own. */
export class TrafficTally {
  readonly #traffic: Traffic;
  readonly #report: TroubleReport;
  readonly #flushMs: number;
  #pulls = new Map<string, Tally>();
  #pushes = new Map<RepositoryName, Tally>();
  #bytes = new Map<RepositoryName, { delivered: number; received: number }>();
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<void> = Promise.resolve();

  constructor(traffic: Traffic, options: { readonly report: TroubleReport; readonly flushMs?: number }) {
    this.#traffic = traffic;
    this.#report = options.report;
    this.#flushMs = options.flushMs ?? FLUSH_MS;
  }

  /** A manifest was delivered. No part of the key holds a blank. */
  pulled(repository: RepositoryName, reference: Reference, digest: Digest): void {
    this.#count(this.#pulls, `${repository} ${digest} ${reference.kind === 'tag' ? reference.tag : ''}`);
  }

  pushed(repository: RepositoryName): void {
    this.#count(this.#pushes, repository);
  }

  /** Bytes of a blob went out. */
  delivered(repository: RepositoryName, bytes: number): void {
    this.#bytesOf(repository).delivered += bytes;
  }

  /** Bytes of a blob came in and were stored. */
  received(repository: RepositoryName, bytes: number): void {
    this.#bytesOf(repository).received += bytes;
  }

  /** Writes what was counted so far. Failures are reported and the counts kept for the next time, as far as they are few. */
  flush(): Promise<void> {
    this.#writing = this.#writing.then(() => this.#write());
    return this.#writing;
  }

  /** Writes the rest; nothing is counted later. */
  async close(): Promise<void> {
    clearTimeout(this.#timer);
    await this.flush();
    clearTimeout(this.#timer);
  }

  #bytesOf(repository: RepositoryName): { delivered: number; received: number } {
    let sum = this.#bytes.get(repository);
    if (sum === undefined) {
      sum = { delivered: 0, received: 0 };
      this.#bytes.set(repository, sum);
      if (this.#bytes.size === MAX_ENTRIES) void this.flush();
      else this.#schedule();
    }
    return sum;
  }

  #count<Key>(tallies: Map<Key, Tally>, key: Key): void {
    const tally = tallies.get(key);
    if (tally !== undefined) {
      tally.count += 1;
      tally.lastAt = Date.now();
      return;
    }
    tallies.set(key, { count: 1, lastAt: Date.now() });
    if (tallies.size === MAX_ENTRIES) void this.flush();
    else this.#schedule();
  }

  #schedule(): void {
    if (this.#timer !== undefined) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      void this.flush();
    }, this.#flushMs);
    this.#timer.unref();
  }

  async #write(): Promise<void> {
    const [pulls, pushes, bytes] = [this.#pulls, this.#pushes, this.#bytes];
    if (pulls.size + pushes.size + bytes.size === 0) return;
    this.#pulls = new Map();
    this.#pushes = new Map();
    this.#bytes = new Map();
    try {
      await this.#traffic.add(
        [...pulls].map(([key, tally]) => ({ ...pullOf(key), ...countOf(tally) })),
        [...pushes].map(([repository, tally]) => ({ repository, ...countOf(tally) })),
        [...bytes].map(([repository, sum]): ByteCount => ({ repository, ...sum })),
      );
    } catch (error) {
      this.#report(error, 'writing counts of pulls and pushes; they are tried again');
      putBack(this.#pulls, pulls);
      putBack(this.#pushes, pushes);
      for (const [repository, sum] of bytes) {
        if (this.#bytes.size >= MAX_ENTRIES && !this.#bytes.has(repository)) continue;
        this.delivered(repository, sum.delivered);
        this.received(repository, sum.received);
      }
      this.#schedule();
    }
  }
}

function pullOf(key: string): { repository: RepositoryName; digest: Digest; tag: Tag | undefined } {
  const [repository, digest, tag] = key.split(' ');
  return { repository: repository as RepositoryName, digest: digest as Digest, tag: tag === '' ? undefined : (tag as Tag) };
}

function countOf({ count, lastAt }: Tally): { count: number; lastAt: Date } {
  return { count, lastAt: new Date(lastAt) };
}

function putBack<Key>(into: Map<Key, Tally>, from: ReadonlyMap<Key, Tally>): void {
  for (const [key, tally] of from) {
    const newer = into.get(key);
    if (newer !== undefined) newer.count += tally.count;
    else if (into.size < MAX_ENTRIES) into.set(key, tally);
  }
}
