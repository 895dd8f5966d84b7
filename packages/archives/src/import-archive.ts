import type { Digest, RepositoryName, Sentence, Tag } from '@berth/oci';
import { ArchiveContents, type IncomingFile, type ReadFile } from './archive-contents.ts';
import type { ArchiveEntry } from './archive-entry.ts';
import type { Destination } from './image-name.ts';
import { type Plan, type PlannedImage, type PlannedManifest, planImages } from './image-plan.ts';

export type PlaceOutcome = 'stored' | 'existed';

/** Where images are imported into. Nothing of it can be seen before {@link ImportTarget.putManifest}. */
export interface ImportTarget {
  /** While the archive is read. Rejects with ArchiveRefusedError when the content is not what the name claims. */
  store(file: IncomingFile): Promise<Digest>;
  /** Makes a blob that was read part of a repository. */
  place(repository: RepositoryName, blob: ReadFile): Promise<PlaceOutcome>;
  /** Everything that it names was placed, its children were put. */
  putManifest(repository: RepositoryName, manifest: PlannedManifest, tags: readonly Tag[]): Promise<void>;
}

export interface ImportedImage {
  readonly repository: RepositoryName;
  readonly digest: Digest;
  readonly tags: readonly Tag[];
  readonly platforms: readonly string[];
}

export interface ImportOutcome {
  readonly images: readonly ImportedImage[];
  readonly blobsStored: number;
  readonly blobsExisting: number;
  /** Bytes. */
  readonly bytesStored: number;
  readonly bytesExisting: number;
  /** About what was left out or done otherwise than one may expect. */
  readonly warnings: readonly Sentence[];
}

export interface ImportWatch {
  /** An entry begins. */
  entry?(entry: ArchiveEntry): void;
  /** The archive was read and can be imported; nothing was placed yet. */
  planned?(plan: Plan): void;
  placed?(blob: ReadFile, outcome: PlaceOutcome): void;
  image?(image: ImportedImage): void;
}

/**
 * Imports every image of an archive. Reads it once and to its end, whatever its order; only when all of it is understood do blobs get their
 * places, then manifests, children first, and tags with the last of each image. Rejects with ArchiveRefusedError, with what the target
 * rejects with, and with what reading the archive rejects with.
 */
export async function importArchive(
  entries: AsyncIterable<ArchiveEntry>,
  target: ImportTarget,
  options: { readonly destination: Destination; readonly watch?: ImportWatch },
): Promise<ImportOutcome> {
  const { destination, watch = {} } = options;
  const contents = new ArchiveContents();
  for await (const entry of entries) {
    watch.entry?.(entry);
    await contents.take(entry, (file) => target.store(file));
  }
  const plan = planImages(contents, destination);
  watch.planned?.(plan);
  const tally = await placeAll(plan, contents, { target, watch });
  for (const image of plan.images) await putImage(image, target, watch);
  return { images: plan.images.map(imported), ...tally, warnings: plan.warnings };
}

interface Tools {
  readonly target: ImportTarget;
  readonly watch: ImportWatch;
}

type Tally = Pick<ImportOutcome, 'blobsStored' | 'blobsExisting' | 'bytesStored' | 'bytesExisting'>;

async function placeAll({ images }: Plan, contents: ArchiveContents, { target, watch }: Tools): Promise<Tally> {
  const outcomes = new Map<ReadFile, PlaceOutcome>();
  const places = new Set<string>();
  for (const { repository, blobs } of images) {
    for (const digest of blobs) {
      const blob = contents.blob(digest);
      if (blob === undefined) throw new Error('A planned blob was read.');
      if (places.has(`${repository}@${digest}`)) continue;
      places.add(`${repository}@${digest}`);
      const outcome = await target.place(repository, blob);
      // A second repository takes what the first one brought.
      if (outcomes.has(blob)) continue;
      outcomes.set(blob, outcome);
      watch.placed?.(blob, outcome);
    }
  }
  const of = (wanted: PlaceOutcome): ReadFile[] => [...outcomes].filter(([, outcome]) => outcome === wanted).map(([blob]) => blob);
  const [stored, existing] = [of('stored'), of('existed')];
  return { blobsStored: stored.length, blobsExisting: existing.length, bytesStored: bytesOf(stored), bytesExisting: bytesOf(existing) };
}

function bytesOf(blobs: readonly ReadFile[]): number {
  return blobs.reduce((sum, { size }) => sum + size, 0);
}

async function putImage(image: PlannedImage, target: ImportTarget, watch: ImportWatch): Promise<void> {
  const { repository, manifests, tags, digest } = image;
  for (const manifest of manifests) await target.putManifest(repository, manifest, manifest.digest === digest ? tags : []);
  watch.image?.(imported(image));
}

function imported({ repository, digest, tags, platforms }: PlannedImage): ImportedImage {
  return { repository, digest, tags, platforms };
}
