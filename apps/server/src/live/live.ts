import { type Actor, actorKey } from '@berth/access';
import type { LiveReads, PastEvents } from '@berth/registry';
import type { LiveFeed } from './live-feed.ts';

/** Of one account at one process: tabs of a browser, each with a stream. */
const MAX_OF_ACCOUNT = 20;
const MAX_OF_PROCESS = 1_000;

/** Streams of events of this process, counted; and what happened before. */
export class Live {
  readonly reads: LiveReads;
  readonly feed: LiveFeed;
  readonly past: PastEvents;
  readonly #open = new Map<string, number>();
  #total = 0;

  constructor(feed: LiveFeed, { reads, past }: { readonly reads: LiveReads; readonly past: PastEvents }) {
    this.reads = reads;
    this.feed = feed;
    this.past = past;
  }

  /** Takes a place for one stream; answers how to give it back, or undefined when there is none left. */
  admit(actor: Actor): (() => void) | undefined {
    const key = actorKey(actor);
    const own = this.#open.get(key) ?? 0;
    if (own >= MAX_OF_ACCOUNT || this.#total >= MAX_OF_PROCESS) return undefined;
    this.#open.set(key, own + 1);
    this.#total += 1;
    let held = true;
    return () => {
      if (!held) return;
      held = false;
      this.#total -= 1;
      const left = (this.#open.get(key) ?? 1) - 1;
      if (left === 0) this.#open.delete(key);
      else this.#open.set(key, left);
    };
  }
}
