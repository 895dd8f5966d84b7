import { type Checkpoint, StorageFailedError, StoredObjectMissingError } from '@berth/registry';

/** A tail object: bytes behind the last whole part. */
export interface Tail {
  readonly name: string;
  readonly size: number;
}

/** A part with which an upload may end. */
export interface LastPart {
  readonly size: number;
  /** Its entity tag. */
  readonly tag: string;
}

/** What `Checkpoint.state` says of an upload on S3, as JSON. */
export interface PendingState {
  /** Bytes of each part but the last, as they were when the upload began. */
  readonly partSize: number;
  /** The multipart upload; absent while no part was full. */
  readonly upload?: string;
  /** Entity tags of the whole parts, in order: pinned, so that a part that a slow request replaced later is noticed. */
  readonly tags: readonly string[];
  /** What follows the whole parts, in order. */
  readonly tails: readonly Tail[];
  /**
   * Bytes behind the whole parts that were stored as the last part, as if nothing followed: sealing only completes the upload then, and
   * going on means to complete it, read it and send it again, since parts cannot be read and stores take no upload with a part left out.
   */
  readonly last?: LastPart;
  /** Tails that an older checkpoint needs as long as this one is not saved; sealing removes them. */
  readonly old: readonly string[];
}

/** A checkpoint whose last bytes are in this process only: it may be sealed here, and nothing else. */
const UNSTORED = 'unstored';

export function emptyState(partSize: number): PendingState {
  return { partSize, tags: [], tails: [], old: [] };
}

export function checkpointOf(state: PendingState): Checkpoint {
  const offset = storedBytes(state);
  return { offset, state: offset === 0 ? '' : JSON.stringify(state) };
}

export function unstoredCheckpoint(offset: number): Checkpoint {
  return { offset, state: UNSTORED };
}

/** Reads a checkpoint that this adapter wrote. Throws {@link StoredObjectMissingError} when it says that nothing can be continued. */
export function stateOf(checkpoint: Checkpoint, partSize: number): PendingState {
  if (checkpoint.offset === 0 && checkpoint.state === '') return emptyState(partSize);
  if (checkpoint.state === '' || checkpoint.state === UNSTORED) {
    throw new StoredObjectMissingError('The bytes of this upload are not there any more. Start the upload again.');
  }
  const state = parse(checkpoint.state);
  if (state === undefined || storedBytes(state) !== checkpoint.offset) {
    throw new StorageFailedError('The saved state of this upload does not fit its offset. Start the upload again.');
  }
  return state;
}

export function tailBytes(tails: readonly Tail[]): number {
  return tails.reduce((sum, { size }) => sum + size, 0);
}

function storedBytes({ partSize, tags, tails, last }: PendingState): number {
  return tags.length * partSize + tailBytes(tails) + (last?.size ?? 0);
}

function parse(text: string): PendingState | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined; // the caller refuses it with a sentence
  }
  return isState(value) ? value : undefined;
}

function isState(value: unknown): value is PendingState {
  if (typeof value !== 'object' || value === null) return false;
  const { partSize, upload, tags, tails, last, old } = value as Partial<Record<keyof PendingState, unknown>>;
  return (
    typeof partSize === 'number' &&
    (upload === undefined || typeof upload === 'string') &&
    isArrayOf(tags, (tag) => typeof tag === 'string') &&
    isArrayOf(tails, isTail) &&
    (last === undefined || isLastPart(last)) &&
    isArrayOf(old, (name) => typeof name === 'string')
  );
}

function isTail(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const { name, size } = value as Partial<Record<keyof Tail, unknown>>;
  return typeof name === 'string' && typeof size === 'number';
}

function isLastPart(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const { size, tag } = value as Partial<Record<keyof LastPart, unknown>>;
  return typeof size === 'number' && typeof tag === 'string';
}

function isArrayOf(value: unknown, test: (item: unknown) => boolean): boolean {
  return Array.isArray(value) && value.every(test);
}
