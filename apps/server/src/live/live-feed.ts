import { setTimeout as sleep } from 'node:timers/promises';
import type { ContentEvent, EventPosition, GarbageRun, LiveReads, SeenRetention, SeenStep, TroubleReport, WorkRun } from '@berth/registry';

export interface News {
  readonly events: readonly ContentEvent[];
  readonly steps: readonly SeenStep[];
  readonly work: readonly WorkRun[];
  readonly collections: readonly GarbageRun[];
  readonly retentions: readonly SeenRetention[];
}

/** Runs that can be watched. */
export type RunTopic = 'work' | 'collection' | 'retention';

/** Somebody who watches. */
export interface Member {
  /** Whose pushes: a repository, a project, or the empty text for all; undefined: none. */
  readonly pushes: string | undefined;
  readonly runs: ReadonlySet<RunTopic>;
  take(news: News): void;
  /** The server stops. */
  end(): void;
}

export interface LiveFeedOptions {
  readonly reads: LiveReads;
  readonly report: TroubleReport;
  /** For tests. */
  readonly tickMs?: number;
}

const TICK_MS = 1_000;
const BATCH = 500;
/** Steps and runs are read so far back, so that what commits late is not missed; what was told already is left out. */
const RECENT_SECONDS = 5;
const WATCH_SECONDS = 15;
const RENEW_MS = 5_000;

/**
 * What happens, read from the database once a second for all who watch at this process, and not at all when nobody does. It polls: a NOTIFY
 * within each push would make all commits wait for one lock, and nothing here is worth that.
 */
export class LiveFeed {
  readonly #options: LiveFeedOptions;
  readonly #members = new Set<Member>();
  readonly #closed = new AbortController();
  #position: EventPosition | undefined;
  #seen = new Map<string, number>();
  #watchedAt = 0;
  #failing = false;
  #loop: Promise<void> = Promise.resolve();
  #running = false;

  constructor(options: LiveFeedOptions) {
    this.#options = options;
  }

  get members(): number {
    return this.#members.size;
  }

  /** Resolves when pushes that begin from now on are told. Answers the place behind which events come to the member. */
  async join(member: Member): Promise<EventPosition> {
    const { reads } = this.#options;
    if (member.pushes !== undefined) await reads.watch([member.pushes], WATCH_SECONDS);
    if (this.#closed.signal.aborted) {
      member.end();
      return reads.position();
    }
    const start = this.#position ?? (await reads.position());
    // Others may have come while this one asked: the first place counts, since reading begins there.
    this.#position ??= start;
    this.#members.add(member);
    const from = this.#position;
    if (!this.#running) {
      this.#running = true;
      this.#loop = this.#run();
    }
    return from;
  }

  leave(member: Member): void {
    this.#members.delete(member);
  }

  /** Ends every member's stream; those who join later are ended at once. */
  async close(): Promise<void> {
    this.#closed.abort();
    for (const member of this.#members) member.end();
    this.#members.clear();
    await this.#loop;
  }

  async #run(): Promise<void> {
    const { signal } = this.#closed;
    while (this.#members.size > 0 && !signal.aborted) {
      const more = await this.#tick();
      if (!more) await sleep(this.#options.tickMs ?? TICK_MS, undefined, { signal }).catch(() => undefined);
    }
    this.#running = false;
    this.#position = undefined;
    this.#seen.clear();
  }

  /** True when there is more to read at once. */
  async #tick(): Promise<boolean> {
    const { reads, report } = this.#options;
    try {
      await this.#renewWatches();
      const events = await reads.eventsAfter(this.#position as EventPosition, BATCH);
      const steps = this.#watched().length === 0 ? [] : this.#newOf(await reads.recentSteps(RECENT_SECONDS, BATCH), stepKey);
      const work = await this.#newRuns('work', () => reads.recentWork(RECENT_SECONDS, BATCH));
      const collections = await this.#newRuns('collection', () => reads.recentCollections(RECENT_SECONDS, BATCH));
      const retentions = await this.#newRuns('retention', () => reads.recentRetentions(RECENT_SECONDS, BATCH));
      this.#position = events.at(-1)?.position ?? this.#position;
      this.#failing = false;
      const news: News = { events, steps, work, collections, retentions };
      if (Object.values(news).some(({ length }) => length > 0)) for (const member of this.#members) member.take(news);
      return events.length === BATCH;
    } catch (error) {
      // Told once; the next tick goes on where this one stood.
      if (!this.#failing) report(error, 'reading what happens for those who watch; it is tried again');
      this.#failing = true;
      return false;
    }
  }

  #watched(): readonly string[] {
    return [...new Set([...this.#members].flatMap(({ pushes }) => pushes ?? []))];
  }

  async #renewWatches(): Promise<void> {
    const now = performance.now();
    if (now - this.#watchedAt < RENEW_MS) return;
    const scopes = this.#watched();
    if (scopes.length > 0) await this.#options.reads.watch(scopes, WATCH_SECONDS);
    this.#watchedAt = now;
  }

  /** None when nobody watches them. */
  async #newRuns<Run extends { readonly id: number; readonly updatedAt: Date }>(
    topic: RunTopic,
    read: () => Promise<readonly Run[]>,
  ): Promise<readonly Run[]> {
    if (![...this.#members].some(({ runs }) => runs.has(topic))) return [];
    return this.#newOf(await read(), ({ id, updatedAt }) => [`${topic} ${id}`, updatedAt]);
  }

  #newOf<Item>(items: readonly Item[], keyOf: (item: Item) => readonly [string, Date]): readonly Item[] {
    const fresh = items.filter((item) => {
      const [key, at] = keyOf(item);
      if (this.#seen.get(key) === at.getTime()) return false;
      this.#seen.set(key, at.getTime());
      return true;
    });
    const oldest = (items.length > 0 ? Math.min(...items.map((item) => keyOf(item)[1].getTime())) : Date.now()) - RECENT_SECONDS * 2_000;
    if (this.#seen.size > BATCH * 4) for (const [key, at] of this.#seen) if (at < oldest) this.#seen.delete(key);
    return fresh;
  }
}

function stepKey({ repository, part, at }: SeenStep): readonly [string, Date] {
  return [`${repository} ${part}`, at];
}
