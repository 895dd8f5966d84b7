import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { SideName, SideObjects } from '../ports/side-objects.ts';
import { JOURNAL_KINDS, type JournalKey, type JournalRecords, type JournalState } from '../ports/storage-journal.ts';
import { encodeEntries } from './journal-codec.ts';
import { listJournal } from './journal-index.ts';
import { newJournalName } from './journal-names.ts';

/** Longer than one object takes to be written; renewed with each. */
const HOLD_SECONDS = 30;
/** A snapshot is due after so many segments, or when they outweigh the last one. */
const MAX_SEGMENTS = 2000;
const LEAST_SNAPSHOT_BYTES = 8 * 1024 * 1024;
const PASS_CHECK_MS = 100;
const PASS_LIMIT_MS = 20_000;

/** Writes what changes into the storage, within seconds, so that the registry can be rebuilt from it (law 13). */
export class StorageJournal {
  readonly #records: JournalRecords;
  readonly #side: SideObjects;
  readonly #holder = randomBytes(8).toString('hex');
  #checked = false;
  #lag = 0;

  constructor(records: JournalRecords, side: SideObjects) {
    this.#records = records;
    this.#side = side;
  }

  /** Seconds since the oldest change that this process was about to write and has not yet; 0 when nothing waits for it. */
  get lag(): number {
    return this.#lag;
  }

  /** One bounded batch, or a snapshot where one is due. Rejects when the storage fails: nothing is lost, the changes wait. */
  async step(stopping: AbortSignal): Promise<{ readonly more: boolean }> {
    const state = await this.#records.state();
    const idle = !state.waiting && state.generation !== undefined && !snapshotDue(state) && this.#checked;
    if (idle || !(await this.#records.hold(this.#holder, HOLD_SECONDS))) {
      this.#lag = 0;
      return { more: false };
    }
    const generation = this.#checked && state.generation !== undefined ? state.generation : await this.#generationFor(state);
    if (generation !== state.generation || snapshotDue(state)) await this.#snapshot(generation, stopping);
    return this.#drain(generation);
  }

  /** Whether this very storage has the snapshot that the database remembers: a rebuild from it would work. */
  async isHere(): Promise<boolean> {
    const { generation, snapshotFloor } = await this.#records.state();
    if (generation === undefined || snapshotFloor === undefined) return false;
    const names = await listJournal(this.#side);
    return names.some((name) => name.type === 'complete' && name.generation === generation && name.seq === snapshotFloor);
  }

  /** What waits is written by others, or later. */
  release(): Promise<void> {
    return this.#records.release(this.#holder);
  }

  /**
   * Another one where the storage has entries that this database does not know of, or lacks the snapshot that it remembers: then the
   * database is new here or an older copy of itself, or the storage is another one.
   */
  async #generationFor({ generation, lastSeq, snapshotFloor }: JournalState): Promise<number> {
    const names = await listJournal(this.#side);
    const top = Math.max(0, ...names.map((name) => name.generation));
    const ours = names.filter((name) => name.generation === generation);
    const whole = snapshotFloor === undefined || ours.some(({ type, seq }) => type === 'complete' && seq === snapshotFloor);
    if (generation === undefined || top > generation || !whole || ours.some(({ seq }) => seq > lastSeq)) {
      const next = Math.max(top, generation ?? 0) + 1;
      await this.#records.begin(next);
      this.#checked = true;
      return next;
    }
    this.#checked = true;
    return generation;
  }

  async #drain(generation: number): Promise<{ readonly more: boolean }> {
    const { entries, ids, lag, more } = await this.#records.changes();
    this.#lag = lag;
    if (ids.length === 0) return { more: false };
    const bytes = await encodeEntries(entries);
    const seq = Math.max(...entries.map((entry) => entry.seq));
    await this.#side.put(newJournalName({ generation, type: 'segment', seq }), bytes);
    await this.#records.forget(ids, bytes.length);
    if (!more) this.#lag = 0;
    return { more };
  }

  /** Everything as it is now, then what is older goes. Changes are written in between, so that they need not wait for its end. */
  async #snapshot(generation: number, stopping: AbortSignal): Promise<void> {
    const mark = await this.#records.mark();
    // A transaction under way may have an older number, and not be seen in the pages.
    const limit = performance.now() + PASS_LIMIT_MS;
    while (!(await this.#records.passed(mark))) {
      if (stopping.aborted || performance.now() > limit) return;
      await sleep(PASS_CHECK_MS);
    }
    const parts: SideName[] = [];
    let total = 0;
    for (const kind of JOURNAL_KINDS) {
      for (let after: JournalKey | undefined, ended = false; !ended; ) {
        if (stopping.aborted || !(await this.#records.hold(this.#holder, HOLD_SECONDS))) return;
        const entries = await this.#records.page(kind, after, mark.seq);
        after = entries.at(-1);
        ended = after === undefined;
        if (ended) continue;
        const bytes = await encodeEntries(entries);
        const name = newJournalName({ generation, type: 'part', seq: mark.seq });
        await this.#side.put(name, bytes);
        parts.push(name);
        total += bytes.length;
        await this.#drain(generation);
      }
    }
    const whole = newJournalName({ generation, type: 'complete', seq: mark.seq });
    await this.#side.put(whole, Buffer.from(JSON.stringify({ parts })));
    await this.#records.snapshotWritten(mark.seq, total);
    await this.#removeOlder(generation, { floor: mark.seq, keep: new Set([whole, ...parts]) });
  }

  /** The generation before stays until the next begins, for whoever notices late that an older copy of the database was the wrong one. */
  async #removeOlder(generation: number, { floor, keep }: { readonly floor: number; readonly keep: ReadonlySet<SideName> }): Promise<void> {
    for (const name of await listJournal(this.#side)) {
      const before = name.generation < generation - 1;
      if (before || (name.generation === generation && name.seq <= floor && !keep.has(name.name))) await this.#side.remove(name.name);
    }
  }
}

function snapshotDue({ snapshotFloor, snapshotBytes, segments, segmentBytes }: JournalState): boolean {
  if (snapshotFloor === undefined) return true;
  return segments >= MAX_SEGMENTS || segmentBytes > Math.max(LEAST_SNAPSHOT_BYTES, snapshotBytes);
}
