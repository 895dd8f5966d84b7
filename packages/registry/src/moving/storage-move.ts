import { randomBytes } from 'node:crypto';
import { digestAlgorithm, digestSoFar, startHash } from '@berth/oci';
import { JOURNAL_FOLDER } from '../journal/journal-names.ts';
import { Pace } from '../pace.ts';
import type { BlobInventory, InventoryItem } from '../ports/blob-inventory.ts';
import { type Checkpoint, EMPTY_CHECKPOINT, type SealedEntry, type StorageKey, type StoredObject } from '../ports/blob-store.ts';
import { StoredObjectDamagedError, StoredObjectMissingError } from '../ports/storage-errors.ts';
import { requireOthersReadable } from '../readable.ts';
import type { MoveLock, MoveRecords, UploadUnderWay } from '../ports/storage-move.ts';
import type { MovingBlobStore } from './moving-blob-store.ts';

export interface MoveOptions {
  /** Bytes per second that are copied at most. */
  readonly rate: number;
  /** Only say what a move would copy. */
  readonly dryRun: boolean;
  readonly stopping: AbortSignal;
  /** A blob whose bytes the old storage does not have as they should be: it was quarantined, and the next push of it heals it. */
  damaged(object: StoredObject): void;
  /** A blob that the old storage has and cannot read now, such as one on a bad sector; told once. All others are copied. */
  unreadable(object: StoredObject): void;
  progress(progress: MoveProgress): void;
}

export interface MoveProgress {
  readonly pass: number;
  /** Blobs of this pass that were looked at. */
  readonly looked: number;
  /** Since the start of this call. */
  readonly copied: number;
  readonly copiedBytes: number;
}

export interface MoveSummary extends MoveProgress {
  readonly damaged: number;
  /** Blobs that the old storage could not read: it may later, so the move does not end without them. */
  readonly unreadable: number;
  /** Uploads that were begun in the old storage and are not over: the move ends after them. */
  readonly openUploads: number;
  /** Every blob is in the new storage: the old one can be taken out of the configuration. */
  readonly ended: boolean;
}

export interface MoveParts {
  readonly inventory: BlobInventory;
  readonly records: MoveRecords;
  readonly store: MovingBlobStore;
  readonly lock: MoveLock;
}

/** What came of a blob that the new storage lacks. */
type Outcome = 'copied' | NotThere;
/** Why the old storage does not give its bytes. */
type NotThere = 'damaged' | 'unreadable';

/** Small, since what a page copies is written down before it begins and looked at again when a run died in it. */
const PAGE = 64;
const WIDTH = 4;
const UPLOAD_PAGE = 500;
const REMOVE_WIDTH = 64;

/** The two storages are one and the same, or the move has not ended; a sentence for the operator. */
export class MoveRefusedError extends Error {
  override readonly name = 'MoveRefusedError';
}

/**
 * Copies all blobs of the database from the old storage to the new, beside servers that already write to the new one. A pass looks at every
 * blob and copies those that the new storage lacks; a pass from the beginning that had nothing to copy, while no upload of the old storage
 * was open and no blob was left behind that could not be read, is the proof that all are there.
 */
export class StorageMove {
  readonly #inventory: BlobInventory;
  readonly #records: MoveRecords;
  readonly #store: MovingBlobStore;
  readonly #lock: MoveLock;

  constructor({ inventory, records, store, lock }: MoveParts) {
    this.#inventory = inventory;
    this.#records = records;
    this.#store = store;
    this.#lock = lock;
  }

  /** To be called again after it was interrupted or killed: it goes on. Rejects when one of the storages fails; nothing is lost then. */
  async run(options: MoveOptions): Promise<MoveSummary> {
    const { dryRun, stopping } = options;
    const state = await this.#records.state();
    const sum = { pass: 0, looked: 0, copied: 0, copiedBytes: 0, damaged: 0 };
    const told = new Set<StorageKey>();
    const pace = new Pace(options.rate);
    if (!dryRun) {
      await this.#refuseSame();
      await this.#removeUnwanted(state?.copying ?? []);
    }
    for (let from = dryRun || state === undefined ? 0 : state.after; ; from = 0) {
      const openUploads = await this.#openUploads();
      const before = sum.copied;
      sum.pass += 1;
      sum.looked = 0;
      // Of this pass: what could not be read in the one before is tried again.
      const left = new Set<StorageKey>();
      await this.#pass(from, { ...options, pace, sum, told, left });
      const unreadable = left.size;
      const whole = from === 0 && sum.copied === before;
      if (dryRun || stopping.aborted) return { ...sum, unreadable, openUploads, ended: state?.ended === true };
      if (!whole) continue;
      const ended = openUploads === 0 && unreadable === 0;
      if (ended) await this.#records.end();
      return { ...sum, unreadable, openUploads, ended };
    }
  }

  /** Empties the old storage, for good. Rejects with {@link MoveRefusedError} before the move has ended. */
  async removeOld(stopping: AbortSignal, removed: (objects: number) => void): Promise<number> {
    if ((await this.#records.state())?.ended !== true) {
      throw new MoveRefusedError('The move has not ended, so the old storage is still needed. Nothing was removed.');
    }
    await this.#refuseSame();
    const { source } = this.#store;
    let count = 0;
    let waiting: SealedEntry[] = [];
    // Not begun before somebody waits for it: a removal that fails while the list is read would end the process.
    const removeWaiting = async (): Promise<void> => {
      await eachOf(waiting, REMOVE_WIDTH, (entry) => entry.remove());
      count += waiting.length;
      waiting = [];
    };
    for await (const entry of source.sealed.list()) {
      if (stopping.aborted) break;
      waiting.push(entry);
      if (waiting.length < REMOVE_WIDTH) continue;
      await removeWaiting();
      await this.#lock.confirm();
      removed(count);
    }
    await removeWaiting();
    if (stopping.aborted) return count;
    for await (const name of source.side.list(JOURNAL_FOLDER)) await source.side.remove(name);
    await source.removeOrphans(0);
    return count;
  }

  /** One storage under two names would be emptied as the old one of itself. */
  async #refuseSame(): Promise<void> {
    const { source, target } = this.#store;
    const name = `move/probe-${randomBytes(12).toString('hex')}` as const;
    await target.side.put(name, Buffer.from('berth'));
    try {
      if ((await source.side.get(name)) === undefined) return;
    } finally {
      await target.side.remove(name);
    }
    throw new MoveRefusedError('The new storage and the previous one are the same storage under two names. Nothing was changed.');
  }

  /** Copies of a run that died whose blobs were deleted meanwhile: nothing else would remove them. */
  async #removeUnwanted(copying: readonly StoredObject[]): Promise<void> {
    for (const object of copying) if (!(await this.#inventory.isCurrent(object))) await this.#dropCopy(object);
  }

  /** Counts those that have bytes in the old storage; those without any begin in the new one. */
  async #openUploads(): Promise<number> {
    let open = 0;
    for (let after = ''; ; ) {
      const page = await this.#records.uploads(after, UPLOAD_PAGE);
      for (const upload of page) if (await this.#isInOld(upload)) open += 1;
      const last = page.at(-1);
      if (last === undefined || page.length < UPLOAD_PAGE) return open;
      after = last.id;
    }
  }

  /** Sealed and not committed, it may still be finished: then its blob is in the old storage. */
  async #isInOld({ key, checkpoint, sealing }: UploadUnderWay): Promise<boolean> {
    if (checkpoint.offset === 0) return false;
    const { pending, sealed } = this.#store.source;
    if (await pending.has(key, checkpoint)) return true;
    return sealing !== undefined && (await sealed.stat({ key, digest: sealing, size: checkpoint.offset })) !== undefined;
  }

  async #pass(from: number, work: PassWork): Promise<void> {
    const { dryRun, stopping, sum } = work;
    for (let after = from; !stopping.aborted; ) {
      await this.#lock.confirm();
      const page = await this.#inventory.page(after, PAGE);
      const lacking = await this.#lacking(page);
      if (!dryRun) await this.#records.save({ after, copying: lacking.map(({ object }) => object) });
      await eachOf(lacking, WIDTH, async (item) => {
        if (!stopping.aborted) await this.#bring(item, work);
      }).catch((error: unknown) => {
        if (!stopping.aborted) throw error;
      });
      if (stopping.aborted) return;
      sum.looked += page.length;
      work.progress(sum);
      const last = page.at(-1);
      if (last === undefined || page.length < PAGE) break;
      after = last.id;
    }
    if (!dryRun && !stopping.aborted) await this.#records.save({ after: 0, copying: [] });
  }

  async #lacking(page: readonly InventoryItem[]): Promise<readonly InventoryItem[]> {
    const lacking = new Set<InventoryItem>();
    await eachOf(page, WIDTH * 4, async (item) => {
      if (!(await this.#isThere(item.object))) lacking.add(item);
    });
    return page.filter((item) => lacking.has(item));
  }

  /** Of the wrong length counts as there: it is not the copy that is damaged, since copies are whole, but the blob; a check tells of it. */
  async #isThere(object: StoredObject): Promise<boolean> {
    try {
      return (await this.#store.target.sealed.stat(object)) !== undefined;
    } catch (error) {
      if (error instanceof StoredObjectDamagedError) return true;
      throw error;
    }
  }

  async #bring({ object, quarantined }: InventoryItem, work: PassWork): Promise<void> {
    const { sum, told, left } = work;
    const outcome = work.dryRun ? 'copied' : await this.#copy(object, work);
    if (outcome === 'copied') {
      sum.copied += 1;
      sum.copiedBytes += object.size;
      return;
    }
    // Deleted or healed meanwhile, or hidden before: then nothing is lost.
    if (quarantined || !(await this.#inventory.isCurrent(object))) return;
    if (outcome === 'unreadable') {
      left.add(object.key);
      if (!told.has(object.key)) work.unreadable(object);
      told.add(object.key);
      return;
    }
    await this.#store.source.check();
    await this.#inventory.quarantine(object);
    work.damaged(object);
    sum.damaged += 1;
  }

  async #copy(object: StoredObject, { pace, stopping }: PassWork): Promise<Outcome> {
    const { pending } = this.#store.target;
    let whole: Checkpoint | NotThere;
    try {
      whole = await this.#write(object, async (bytes) => {
        stopping.throwIfAborted();
        await pace.took(bytes);
      });
    } catch (error) {
      await pending.discard(object.key, EMPTY_CHECKPOINT).catch(() => undefined); // the sweep takes it; what failed first is told
      throw error;
    }
    if (typeof whole === 'string') {
      await pending.discard(object.key, EMPTY_CHECKPOINT);
      return whole;
    }
    // Another process that moves would be writing the same pending object.
    await this.#lock.confirm();
    await pending.seal(object, whole);
    // Deleted meanwhile: whoever removed the object may have been here before the copy was.
    if (!(await this.#inventory.isCurrent(object))) await this.#dropCopy(object);
    return 'copied';
  }

  /** Writes what the old storage has beside, unless that is not the content of the digest. */
  async #write(object: StoredObject, wrote: (bytes: number) => Promise<void>): Promise<Checkpoint | NotThere> {
    const algorithm = digestAlgorithm(object.digest);
    const hash = startHash(algorithm);
    const reader = await this.#store.source.sealed.open(object).catch((error: unknown) => this.#notThere(error));
    if (typeof reader === 'string') return reader;
    const writer = await this.#store.target.pending.append(object.key, EMPTY_CHECKPOINT).catch(async (error: unknown) => {
      await reader.close();
      throw error;
    });
    // Of the new storage: that ends the move, whatever it is.
    let writing = false;
    try {
      await reader.copyTo(async (chunk) => {
        hash.update(chunk);
        writing = true;
        await writer.write(chunk);
        await wrote(chunk.length);
        writing = false;
      });
      writing = true;
      if (digestSoFar(hash, algorithm) !== object.digest) return 'damaged';
      return await writer.checkpoint({ sealing: true, closing: true });
    } catch (error) {
      if (writing) throw error;
      return await this.#notThere(error);
    } finally {
      await writer.close();
    }
  }

  /** Of what the reading met. Rejects where it is not of this blob alone. */
  async #notThere(error: unknown): Promise<NotThere> {
    if (error instanceof StoredObjectMissingError || error instanceof StoredObjectDamagedError) return 'damaged';
    await requireOthersReadable(error, this.#store.source);
    return 'unreadable';
  }

  async #dropCopy(object: StoredObject): Promise<void> {
    await this.#store.target.pending.discard(object.key, EMPTY_CHECKPOINT);
    await this.#store.target.sealed.remove(object);
  }
}

interface PassWork extends MoveOptions {
  readonly pace: Pace;
  readonly sum: { pass: number; looked: number; copied: number; copiedBytes: number; damaged: number };
  /** Unreadable ones, of this call and of this pass. */
  readonly told: Set<StorageKey>;
  readonly left: Set<StorageKey>;
}

/** With `width` at a time; the first failure ends all, after those under way are over. */
async function eachOf<Item>(items: readonly Item[], width: number, work: (item: Item) => Promise<void>): Promise<void> {
  const left = items.values();
  let failed = false;
  const worker = async (): Promise<void> => {
    for (const item of left) {
      if (failed) return;
      try {
        await work(item);
      } catch (error) {
        failed = true;
        throw error;
      }
    }
  };
  const outcomes = await Promise.allSettled(Array.from({ length: width }, worker));
  const broken = outcomes.find((outcome) => outcome.status === 'rejected');
  if (broken?.status === 'rejected') throw broken.reason;
}
