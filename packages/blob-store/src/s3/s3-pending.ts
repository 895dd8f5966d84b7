import {
  type BlobReader,
  type BlobWriter,
  type Checkpoint,
  type PendingBlobs,
  StorageFailedError,
  type StorageKey,
  type StoredObject,
  StoredObjectDamagedError,
  StoredObjectMissingError,
} from '@berth/registry';
import { BytesReader } from '../bytes-reader.ts';
import { emptyState, type PendingState, stateOf, type Tail, tailBytes } from './pending-state.ts';
import { newS3Key } from './s3-names.ts';
import { S3Reader } from './s3-reader.ts';
import { type S3Parts, S3Writer } from './s3-writer.ts';

/**
 * Uploads under way: whole parts in a multipart upload of the final name, the rest as tail objects. Sealing completes the multipart
 * upload (law 11). Where an upload came in one piece the rest is its last part, and every byte is written once; where it goes on, the rest,
 * less than a part, is written again.
 */
export class S3Pending implements PendingBlobs {
  readonly #parts: S3Parts;
  /** Uploads that {@link readBack} had to complete before they were sealed: discarding them removes the object. */
  readonly #completedEarly = new Set<StorageKey>();

  constructor(parts: S3Parts) {
    this.#parts = parts;
  }

  newKey(): StorageKey {
    return newS3Key();
  }

  async append(key: StorageKey, from: Checkpoint): Promise<BlobWriter> {
    const state = stateOf(from, this.#parts.buffers.partSize);
    this.#parts.names.object(key); // refuses a foreign key before the first byte
    if (state.last !== undefined) return this.#goOn(key, from, state);
    const gathered = await this.#gather(state.tails);
    if (from.offset > 0) await this.#dropAbandoned(key, state.tails);
    return new S3Writer(this.#parts, key, { state, gathered, fromStart: from.offset === 0 });
  }

  /**
   * An upload that seemed to be whole is not: it is completed, read and sent again as the beginning of a new one, once, since what follows
   * is stored in tails. The old checkpoint stays good: its upload is found completed.
   */
  async #goOn(key: StorageKey, from: Checkpoint, state: PendingState): Promise<BlobWriter> {
    const name = this.#parts.names.object(key);
    await this.#completeOnce(name, state, from.offset);
    this.#completedEarly.add(key);
    await this.#dropAbandoned(key, []);
    const start = { state: emptyState(state.partSize), gathered: Buffer.alloc(0), fromStart: false };
    const writer = new S3Writer(this.#parts, key, start);
    try {
      const reader = await S3Reader.open(this.#parts.calls, { name, total: from.offset, start: 0, length: from.offset });
      await reader.copyTo((chunk) => writer.write(chunk));
    } catch (error) {
      await writer.close();
      throw error;
    }
    return writer;
  }

  async #completeOnce(name: string, state: PendingState, size: number): Promise<void> {
    try {
      await this.#complete(name, state, Buffer.alloc(0));
    } catch (error) {
      if (!(await this.#isSealed(name, size))) throw error;
    }
  }

  /** Parts of a multipart upload cannot be read, so it is completed here; sealing then finds it done. */
  async readBack(key: StorageKey, from: Checkpoint): Promise<BlobReader> {
    if (from.offset === 0) return new BytesReader(Buffer.alloc(0));
    const { state, tail } = await this.#contentOf(from);
    if (state.upload === undefined) return new BytesReader(Buffer.from(tail)); // a copy: the tail is still to be sealed
    const { calls, names } = this.#parts;
    const name = names.object(key);
    if (state.last === undefined) await this.#complete(name, state, tail);
    else await this.#completeOnce(name, state, from.offset);
    this.#completedEarly.add(key);
    await this.#expectSize(name, from.offset);
    return S3Reader.open(calls, { name, total: from.offset, start: 0, length: from.offset });
  }

  async has(key: StorageKey, from: Checkpoint): Promise<boolean> {
    const { calls, names } = this.#parts;
    if (!from.state.startsWith('{')) return false; // written by another adapter, or nothing is stored yet
    const { upload } = stateOf(from, this.#parts.buffers.partSize);
    if (upload !== undefined && (await calls.uploads(names.object(key))).some((found) => found.upload === upload)) return true;
    // Completed to be read back, or too small for a part.
    return (await calls.size(names.object(key))) !== undefined || (await calls.objects(names.tailsOf(key))).length > 0;
  }

  async seal(object: StoredObject, from: Checkpoint): Promise<void> {
    if (from.offset < object.size && from.offset === 0) throw missing();
    if (from.offset !== object.size) {
      throw new StoredObjectDamagedError(
        `This upload has ${from.offset} bytes stored where ${object.size} were expected. Start the upload again.`,
      );
    }
    const name = this.#parts.names.object(object.key);
    let state: PendingState | undefined;
    try {
      const content = await this.#contentOf(from);
      state = content.state;
      if (state.upload === undefined) await this.#parts.calls.put(name, content.tail, 'layer');
      else await this.#complete(name, state, content.tail);
    } catch (error) {
      if (!(await this.#isSealed(name, object.size))) throw error;
    }
    await this.#expectSize(name, object.size);
    this.#completedEarly.delete(object.key);
    if (state !== undefined) await this.#tidy([...state.tails.map((tail) => tail.name), ...state.old]);
  }

  /** Thorough: also what a crash left without a checkpoint, by asking the store what there is. */
  async discard(key: StorageKey): Promise<void> {
    const { calls, names } = this.#parts;
    const name = names.object(key);
    for (const { upload } of await calls.uploads(name)) await calls.abortUpload(name, upload);
    const tails = await calls.objects(names.tailsOf(key));
    for (const tail of tails) await calls.remove(tail.name);
    this.#completedEarly.delete(key);
    // Also where another process completed it to go on.
    await calls.remove(name);
  }

  /** Tails of checkpoints that the saved one replaced, or that were never saved. */
  async #dropAbandoned(key: StorageKey, kept: readonly Tail[]): Promise<void> {
    const needed = new Set(kept.map(({ name }) => name));
    const there = await this.#parts.calls.objects(this.#parts.names.tailsOf(key));
    await this.#tidy(there.map(({ name }) => name).filter((name) => !needed.has(name)));
  }

  /** What follows the whole parts, from this process's memory or from the tail objects. */
  async #contentOf(from: Checkpoint): Promise<{ state: PendingState; tail: Buffer }> {
    const here = this.#parts.unstored.get(from);
    if (here !== undefined) return { state: here.state, tail: here.bytes };
    if (from.offset === 0) return { state: emptyState(this.#parts.buffers.partSize), tail: Buffer.alloc(0) };
    const state = stateOf(from, this.#parts.buffers.partSize);
    return { state, tail: await this.#gather(state.tails) };
  }

  async #gather(tails: readonly Tail[]): Promise<Buffer> {
    const whole = Buffer.allocUnsafeSlow(tailBytes(tails));
    let filled = 0;
    for (const { name, size } of tails) {
      const reader = await S3Reader.open(this.#parts.calls, { name, total: size, start: 0, length: size });
      await reader.copyTo(async (chunk) => {
        filled += chunk.copy(whole, filled);
      });
    }
    return whole;
  }

  async #complete(name: string, { upload, tags, last }: PendingState, tail: Buffer): Promise<void> {
    if (upload === undefined) throw new StorageFailedError('An upload without parts cannot be completed.');
    const { calls } = this.#parts;
    const all = [...tags, ...(last === undefined ? [] : [last.tag])];
    if (tail.length > 0) {
      all.push(await calls.putPart({ name, upload, number: tags.length + 1 }, tail));
    }
    await calls.completeUpload(name, upload, all);
  }

  /**
   * An error of sealing may hide a success: the answer was lost, or an earlier call sealed the object. Only sealing writes that name,
   * so an object of the right size is it. When this question fails too, the first error is the one to tell.
   */
  async #isSealed(name: string, size: number): Promise<boolean> {
    try {
      return (await this.#parts.calls.size(name)) === size;
    } catch (error) {
      this.#parts.onTrouble(error as Error, 'asking whether an upload was sealed');
      return false;
    }
  }

  async #expectSize(name: string, size: number): Promise<void> {
    const found = await this.#parts.calls.size(name);
    if (found === size) return;
    throw new StorageFailedError(`The S3 storage accepted ${size} bytes but shows ${found ?? 'nothing'}. Try again.`);
  }

  /** What stays behind costs a little room until the sweep of orphans; the upload itself succeeded. */
  async #tidy(names: readonly string[]): Promise<void> {
    for (const name of names) {
      try {
        await this.#parts.calls.remove(name);
      } catch (error) {
        this.#parts.onTrouble(error as Error, 'removing the tail of an upload');
      }
    }
  }
}

function missing(): StoredObjectMissingError {
  return new StoredObjectMissingError('The bytes of this upload are not there any more. Start the upload again.');
}
