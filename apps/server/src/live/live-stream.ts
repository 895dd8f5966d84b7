import type { ContentEvent, EventPosition, LiveReads } from '@berth/registry';
import type { eventTopics } from '@berth/api-contract';
import type { ProjectName, RepositoryName } from '@berth/oci';
import type { LiveFeed, Member, News, RunTopic } from './live-feed.ts';
import { type Message, messagesOf, positionText, runMessagesOf } from './messages.ts';

export type Topic = (typeof eventTopics)[number];

export interface LiveWish {
  /** A repository or a project; undefined: everything that the caller may see. */
  readonly scope: string | undefined;
  readonly topics: ReadonlySet<Topic>;
  /** Where an earlier stream ended. */
  readonly after: EventPosition | undefined;
}

/** The caller's rights as they are now. */
export interface Watcher {
  /** Is the caller still somebody, and signed in? */
  mayStay(): Promise<boolean>;
  maySee(repository: RepositoryName): Promise<boolean>;
  maySeeRetention(project: ProjectName): Promise<boolean>;
}

export interface LiveStreamParts {
  readonly feed: LiveFeed;
  readonly reads: LiveReads;
  readonly watcher: Watcher;
  /** Aborted when the client is gone. */
  readonly gone: AbortSignal;
  /** For tests. */
  readonly beatMs?: number;
}

const BEAT_MS = 15_000;
/** Rights are asked again after so long (law 9 allows ten seconds). */
const RIGHTS_MS = 5_000;
/** A client that reads slower is cut off, and comes back to where it was. */
const MAX_WAITING = 2_000;
/** The client signs in anew with its next request. */
const LIFETIME_MS = 3_600_000;
const BATCH = 500;
const RUN_TOPICS: readonly RunTopic[] = ['work', 'collection', 'retention'];

/** One client's stream of server-sent events. Its ids lead on: what is asked for after one is complete. */
export class LiveStream implements Member {
  readonly pushes: string | undefined;
  readonly runs: ReadonlySet<RunTopic>;
  readonly #wish: LiveWish;
  readonly #parts: LiveStreamParts;
  readonly #sight = new Map<string, boolean>();
  readonly #until = performance.now() + LIFETIME_MS;
  #waiting: Message[] = [];
  #ended = false;
  #wake: () => void = () => undefined;
  #askedAt = performance.now();

  constructor(wish: LiveWish, parts: LiveStreamParts) {
    this.#wish = wish;
    this.#parts = parts;
    this.pushes = wish.topics.has('push') ? (wish.scope ?? '') : undefined;
    this.runs = new Set(RUN_TOPICS.filter((topic) => wish.topics.has(topic)));
    parts.gone.addEventListener('abort', () => this.end(), { once: true });
  }

  take({ events, steps, work, collections, retentions }: News): void {
    if (this.#waiting.length > MAX_WAITING) return this.end();
    const { topics } = this.#wish;
    const news = [
      ...messagesOf({ events: topics.has('content') ? events : [], steps: topics.has('push') ? steps : [] }),
      ...runMessagesOf({
        work: topics.has('work') ? work : [],
        collections: topics.has('collection') ? collections : [],
        retentions: topics.has('retention') ? retentions : [],
      }),
    ];
    this.#waiting.push(...news.filter(this.#isWished));
    this.#wake();
  }

  end(): void {
    this.#ended = true;
    this.#wake();
  }

  /** The text of the stream, until it ends. Must be read to its end or returned. */
  async *text(): AsyncGenerator<string> {
    const { feed } = this.#parts;
    const from = await feed.join(this);
    try {
      yield 'retry: 3000\n\n';
      yield* this.#missed(from);
      while (await this.#goesOn()) {
        for (const message of this.#waiting.splice(0)) if (await this.#maySee(message)) yield message.text;
        if (this.#waiting.length === 0 && !(await this.#news())) yield ': beat\n\n';
      }
    } finally {
      feed.leave(this);
    }
  }

  /** What was committed since the client's last id, up to where the feed took over; or only where that is. */
  async *#missed(from: EventPosition): AsyncGenerator<string> {
    let position = this.#wish.after;
    while (position !== undefined && (await this.#goesOn())) {
      const events = (await this.#parts.reads.eventsAfter(position, BATCH)).filter(({ position: at }) => isBefore(at, from));
      for (const message of this.#eventsOf(events)) if (await this.#maySee(message)) yield message.text;
      position = events.length < BATCH ? undefined : events.at(-1)?.position;
    }
    yield `event: ready\nid: ${positionText(from)}\ndata: {}\n\n`;
  }

  #eventsOf(events: readonly ContentEvent[]): readonly Message[] {
    return this.#wish.topics.has('content') ? messagesOf({ events, steps: [] }).filter(this.#isWished) : [];
  }

  /** What tells of the server as a whole is in every scope. */
  readonly #isWished = ({ repository, retentionOf }: Message): boolean => {
    const { scope } = this.#wish;
    const about = repository ?? retentionOf;
    return scope === undefined || about === undefined || about === scope || about.startsWith(`${scope}/`);
  };

  /** False when it is time for a sign of life. */
  async #news(): Promise<boolean> {
    let timer: NodeJS.Timeout | undefined;
    const beat = new Promise<boolean>((resolve) => {
      timer = setTimeout(() => resolve(false), this.#parts.beatMs ?? BEAT_MS);
    });
    const news = new Promise<boolean>((resolve) => {
      this.#wake = () => resolve(true);
    });
    // Rights may end while nothing happens.
    const rights = setInterval(() => this.#wake(), RIGHTS_MS);
    if (this.#ended) this.#wake();
    try {
      return await Promise.race([news, beat]);
    } finally {
      clearTimeout(timer);
      clearInterval(rights);
      this.#wake = () => undefined;
    }
  }

  async #goesOn(): Promise<boolean> {
    const now = performance.now();
    if (this.#ended || now > this.#until) return false;
    if (now - this.#askedAt < RIGHTS_MS) return true;
    this.#askedAt = now;
    this.#sight.clear();
    return this.#parts.watcher.mayStay();
  }

  /** Of the server as a whole only those are told who may watch the topic, which the watcher sees to. */
  async #maySee({ repository, retentionOf }: Message): Promise<boolean> {
    const { watcher } = this.#parts;
    if (repository !== undefined) return this.#remembered(repository, () => watcher.maySee(repository));
    // Names of projects hold no slash, those of repositories do.
    if (retentionOf !== undefined) return this.#remembered(retentionOf, () => watcher.maySeeRetention(retentionOf));
    return true;
  }

  async #remembered(about: string, ask: () => Promise<boolean>): Promise<boolean> {
    const known = this.#sight.get(about);
    if (known !== undefined) return known;
    const sees = await ask();
    this.#sight.set(about, sees);
    return sees;
  }
}

function isBefore(a: EventPosition, b: EventPosition): boolean {
  const [x, y] = [BigInt(a.transaction), BigInt(b.transaction)];
  return x < y || (x === y && a.id <= b.id);
}
