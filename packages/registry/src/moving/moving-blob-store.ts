import type {
  BlobReader,
  BlobStore,
  BlobWriter,
  ByteRange,
  Checkpoint,
  PendingBlobs,
  SealedBlobs,
  SealedEntry,
  StorageKey,
  StoredObject,
} from '../ports/blob-store.ts';
import type { SideObjects } from '../ports/side-objects.ts';
import { StoredObjectMissingError } from '../ports/storage-errors.ts';

export interface MovingPlaces {
  readonly from: string;
  readonly to: string;
}

/**
 * Two storages as one, while the bytes move from `source` to `target`. An object has the same key in both, since keys are random: reading
 * looks in the target first, removing removes from both, and an object that was copied needs no change of its row. What is new goes to the
 * target; an upload ends in the storage that has its first bytes. Side objects are those of the target alone: the journal notices that it is
 * in a new place and writes itself anew, so that no older copy of it can ever replace a newer one.
 */
export class MovingBlobStore implements BlobStore {
  readonly id: string;
  readonly pending: PendingBlobs;
  readonly sealed: SealedBlobs;
  readonly side: SideObjects;
  readonly target: BlobStore;
  readonly source: BlobStore;
  readonly places: MovingPlaces;

  constructor(target: BlobStore, source: BlobStore, places: MovingPlaces) {
    this.id = target.id;
    this.target = target;
    this.source = source;
    this.places = places;
    this.pending = new MovingPending(target, source);
    this.sealed = new MovingSealed(target.sealed, source.sealed);
    this.side = target.side;
  }

  async removeOrphans(seconds: number): Promise<number> {
    return (await this.target.removeOrphans(seconds)) + (await this.source.removeOrphans(seconds));
  }

  /** A source that is away would make blobs look lost. The target comes last, so that its being full is told as that. */
  async check(): Promise<void> {
    await this.source.check();
    await this.target.check();
  }

  async close(): Promise<void> {
    await this.target.close();
    await this.source.close();
  }
}

/** Uploads that this process appends to; more are asked for at the storages. */
const REMEMBERED = 10_000;

class MovingPending implements PendingBlobs {
  readonly #target: BlobStore;
  readonly #source: BlobStore;
  /** A checkpoint may be known to the adapter of this process only, which no question to the storage would show. */
  readonly #here = new Map<StorageKey, BlobStore>();

  constructor(target: BlobStore, source: BlobStore) {
    this.#target = target;
    this.#source = source;
  }

  newKey(): StorageKey {
    return this.#target.pending.newKey();
  }

  async append(key: StorageKey, from: Checkpoint): Promise<BlobWriter> {
    const store = await this.#homeOf(key, from);
    const writer = await store.pending.append(key, from);
    this.#here.delete(key);
    this.#here.set(key, store);
    const oldest = this.#here.size > REMEMBERED ? this.#here.keys().next().value : undefined;
    if (oldest !== undefined) this.#here.delete(oldest);
    return writer;
  }

  async readBack(key: StorageKey, from: Checkpoint): Promise<BlobReader> {
    return (await this.#homeOf(key, from)).pending.readBack(key, from);
  }

  async has(key: StorageKey, from: Checkpoint): Promise<boolean> {
    return (await this.#target.pending.has(key, from)) || this.#source.pending.has(key, from);
  }

  /** A call before may have sealed it: then it is pending nowhere, and repeating that is for the storage that has it. */
  async seal(object: StoredObject, from: Checkpoint): Promise<void> {
    let store = await this.#homeOf(object.key, from);
    if (store === this.#target && !this.#here.has(object.key) && (await this.#source.sealed.stat(object)) === object.size)
      store = this.#source;
    await store.pending.seal(object, from);
    this.#here.delete(object.key);
  }

  async discard(key: StorageKey, from: Checkpoint): Promise<void> {
    await this.#source.pending.discard(key, from);
    await this.#target.pending.discard(key, from);
    this.#here.delete(key);
  }

  async #homeOf(key: StorageKey, from: Checkpoint): Promise<BlobStore> {
    const here = this.#here.get(key);
    if (here !== undefined) return here;
    return from.offset > 0 && (await this.#source.pending.has(key, from)) ? this.#source : this.#target;
  }
}

class MovingSealed implements SealedBlobs {
  readonly #target: SealedBlobs;
  readonly #source: SealedBlobs;

  constructor(target: SealedBlobs, source: SealedBlobs) {
    this.#target = target;
    this.#source = source;
  }

  /** An object that is in both appears twice: each entry removes its own. */
  async *list(): AsyncGenerator<SealedEntry> {
    yield* this.#target.list();
    yield* this.#source.list();
  }

  async stat(object: StoredObject): Promise<number | undefined> {
    return (await this.#target.stat(object)) ?? this.#source.stat(object);
  }

  async open(object: StoredObject, range?: ByteRange): Promise<BlobReader> {
    try {
      return await this.#target.open(object, range);
    } catch (error) {
      if (!(error instanceof StoredObjectMissingError)) throw error;
      return this.#source.open(object, range);
    }
  }

  async presign(object: StoredObject, seconds: number): Promise<string | undefined> {
    const there = (await this.#target.stat(object)) !== undefined;
    return (there ? this.#target : this.#source).presign(object, seconds);
  }

  /** The source last: what broke off between the two is removed by the next try, and a copy is never made of what has no row. */
  async remove(object: StoredObject): Promise<void> {
    await this.#target.remove(object);
    await this.#source.remove(object);
  }

  async removeAll(objects: readonly StoredObject[]): Promise<readonly PromiseSettledResult<void>[]> {
    const first = await this.#target.removeAll(objects);
    const gone = objects.filter((_, index) => first[index]?.status === 'fulfilled');
    const second = (await this.#source.removeAll(gone)).values();
    return first.map((outcome) => (outcome.status === 'fulfilled' ? (second.next().value ?? outcome) : outcome));
  }
}
