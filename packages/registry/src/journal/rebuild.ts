import { type Digest, digestAlgorithm, digestOfBytes, digestSoFar, parseManifest, startHash } from '@berth/oci';
import type { BlobStore, StoredObject } from '../ports/blob-store.ts';
import {
  type RebuildCounts,
  RebuildRefusedError,
  type RebuildTarget,
  type RememberedBlob,
  type RememberedManifest,
  type VerifiedManifest,
} from '../ports/rebuild-target.ts';
import { StoredObjectDamagedError, StoredObjectMissingError } from '../ports/storage-errors.ts';
import { decodeEntries, JournalDamagedError } from './journal-codec.ts';
import { readJournalIndex } from './journal-index.ts';

/** Something that the storage does not tell rightly. The rebuild goes on. */
export interface RebuildProblem {
  readonly problem:
    | 'journal damaged'
    | 'told under two ids'
    | 'blob missing'
    | 'blob of wrong length'
    | 'blob of wrong content'
    | 'manifest of wrong content'
    | 'manifest incomplete'
    | 'tag without manifest';
  /** A digest, a project, a repository, a tag with its repository, or an object of the journal. */
  readonly what: string;
}

export interface RebuildProgress {
  readonly phase: 'reading the journal' | 'looking for blobs' | 'adding manifests' | 'adding tags';
  readonly done: number;
  readonly total: number;
}

export interface RebuildOptions {
  /** Look and report; the database stays empty. */
  readonly dryRun: boolean;
  /** Read and hash every blob, instead of comparing lengths. */
  readonly verifyContent: boolean;
  readonly stopping: AbortSignal;
  found(problem: RebuildProblem): void;
  progress(progress: RebuildProgress): void;
}

export interface RebuildSummary extends RebuildCounts {
  readonly problems: number;
  /** False when it was interrupted: called again, it goes on. */
  readonly complete: boolean;
}

/** What only a backup of the database brings back. */
export const NOT_IN_STORAGE = [
  'users and groups',
  'members and roles of projects',
  'robot accounts and access tokens',
  'policies, labels, quotas and settings',
  'the trash',
  'the audit log and the history of tags',
] as const;

const AT_ONCE = 8;

/**
 * Puts projects, repositories, blobs, manifests and tags into an empty database, from what the storage tells (law 13). Rejects with
 * {@link RebuildRefusedError} when the database has content or the storage has no journal, and with the storage's errors.
 */
export async function rebuildRegistry(target: RebuildTarget, store: BlobStore, options: RebuildOptions): Promise<RebuildSummary> {
  let problems = 0;
  const rebuild = new Rebuild(target, store, {
    ...options,
    found: (problem) => {
      problems += 1;
      options.found(problem);
    },
  });
  const complete = await rebuild.run();
  return { ...rebuild.counts, problems, complete };
}

class Rebuild {
  readonly #target: RebuildTarget;
  readonly #store: BlobStore;
  readonly #options: RebuildOptions;
  counts: RebuildCounts = { projects: 0, repositories: 0, blobs: 0, manifests: 0, tags: 0 };

  constructor(target: RebuildTarget, store: BlobStore, options: RebuildOptions) {
    this.#target = target;
    this.#store = store;
    this.#options = options;
  }

  /** False when it was told to stop. */
  async run(): Promise<boolean> {
    const { dryRun, stopping } = this.#options;
    await this.#read();
    if (stopping.aborted) return false;
    for (const what of await this.#target.settleTwins()) this.#options.found({ problem: 'told under two ids', what });
    this.counts = await this.#target.counts();
    if (!dryRun) await this.#target.addPlaces();
    await this.#eachBlob();
    if (stopping.aborted) return false;
    if (!dryRun) await this.#target.addLinks();
    await this.#eachManifest();
    if (stopping.aborted) return false;
    this.#options.progress({ phase: 'adding tags', done: 0, total: this.counts.tags });
    for (const what of await this.#target.looseTags()) this.#options.found({ problem: 'tag without manifest', what });
    if (dryRun) {
      await this.#target.drop();
      return true;
    }
    await this.#target.addTags();
    await this.#target.finish();
    return true;
  }

  async #read(): Promise<void> {
    const { found, progress, stopping } = this.#options;
    const index = await readJournalIndex(this.#store.side);
    if (index === undefined) {
      throw new RebuildRefusedError('This storage has no journal of a registry, so nothing can be rebuilt from it. Nothing was changed.');
    }
    const names = [...index.parts, ...index.segments];
    const read = await this.#target.prepare(`${index.generation}.${index.floor}`);
    const isPart = new Set(index.parts);
    for (const [done, name] of names.entries()) {
      if (stopping.aborted) return;
      progress({ phase: 'reading the journal', done, total: names.length });
      if (read.has(name)) continue;
      try {
        const bytes = await this.#store.side.get(name);
        if (bytes === undefined) throw new JournalDamagedError('It is not there any more.');
        const entries = await decodeEntries(bytes);
        await this.#target.load(name, isPart.has(name) ? entries : entries.filter(({ seq }) => seq > index.floor));
      } catch (error) {
        if (!(error instanceof JournalDamagedError)) throw error;
        found({ problem: 'journal damaged', what: name });
      }
    }
  }

  async #eachBlob(): Promise<void> {
    const { dryRun, found, progress, stopping } = this.#options;
    let done = 0;
    for (let after = 0; !stopping.aborted; ) {
      progress({ phase: 'looking for blobs', done, total: this.counts.blobs });
      const page = await this.#target.blobs(after);
      const last = page.at(-1);
      if (last === undefined) return;
      const looked: (RememberedBlob & { damaged: boolean })[] = [];
      for (let start = 0; start < page.length; start += AT_ONCE) {
        const some = await Promise.all(
          page.slice(start, start + AT_ONCE).map(async (blob) => ({ blob, problem: await this.#problemOf(blob.object) })),
        );
        for (const { blob, problem } of some) {
          if (problem !== undefined) found({ problem, what: blob.object.digest });
          looked.push({ ...blob, damaged: problem !== undefined });
        }
      }
      if (!dryRun) await this.#target.addBlobs(looked);
      after = last.id;
      done += page.length;
    }
  }

  async #problemOf(object: StoredObject): Promise<RebuildProblem['problem'] | undefined> {
    try {
      if (this.#options.verifyContent) return (await this.#digestStored(object)) === object.digest ? undefined : 'blob of wrong content';
      const size = await this.#store.sealed.stat(object);
      if (size === undefined) return 'blob missing';
      return size === object.size ? undefined : 'blob of wrong length';
    } catch (error) {
      if (error instanceof StoredObjectMissingError) return 'blob missing';
      if (error instanceof StoredObjectDamagedError) return 'blob of wrong length';
      throw error;
    }
  }

  async #digestStored(object: StoredObject): Promise<Digest> {
    const algorithm = digestAlgorithm(object.digest);
    const hash = startHash(algorithm);
    const reader = await this.#store.sealed.open(object);
    await reader.copyTo(async (chunk) => void hash.update(chunk));
    return digestSoFar(hash, algorithm);
  }

  async #eachManifest(): Promise<void> {
    const { dryRun, found, progress, stopping } = this.#options;
    let done = 0;
    for (let after = 0; !stopping.aborted; ) {
      progress({ phase: 'adding manifests', done, total: this.counts.manifests });
      const page = await this.#target.manifests(after);
      const last = page.at(-1);
      if (last === undefined) return;
      const sound: VerifiedManifest[] = [];
      for (const remembered of page) {
        const manifest = verified(remembered);
        if (manifest === undefined) found({ problem: 'manifest of wrong content', what: `${remembered.repository}@${remembered.digest}` });
        else sound.push({ id: remembered.id, manifest });
      }
      const incomplete = new Set(dryRun ? [] : await this.#target.addManifests(sound));
      for (const { id, repository, digest } of page) {
        if (incomplete.has(id)) found({ problem: 'manifest incomplete', what: `${repository}@${digest}` });
      }
      after = last.id;
      done += page.length;
    }
  }
}

function verified({ bytes, digest, mediaType }: RememberedManifest): VerifiedManifest['manifest'] | undefined {
  if (digestOfBytes(bytes, digestAlgorithm(digest)) !== digest) return undefined;
  try {
    return parseManifest(bytes, mediaType);
  } catch {
    // It was parsed when it was pushed; a stricter parser of a newer version must not cost all the others.
    return undefined;
  }
}
