import { type Digest, type Manifest, type ManifestReference, OciError, type RepositoryName, say } from '@berth/oci';
import type { Additions } from '../content/additions.ts';
import type { BlobRecords } from '../ports/blob-records.ts';
import type { BlobStore, StoredObject } from '../ports/blob-store.ts';
import type { LayerIndexes, LayerState } from '../ports/layer-indexes.ts';
import { StoredObjectDamagedError, StoredObjectMissingError } from '../ports/storage-errors.ts';
import { ImageTree } from './image-tree.ts';
import type { PullBytes, ReadLayer } from './layer-indexer.ts';
import { LayerUnreadableError } from './layer-listing.ts';

export interface ImageFilesPorts {
  readonly indexes: LayerIndexes;
  readonly additions: Pick<Additions, 'manifest'>;
  readonly blobRecords: Pick<BlobRecords, 'findLinked'>;
  readonly blobStore: Pick<BlobStore, 'sealed'>;
  readonly readLayer: ReadLayer;
  readonly pull: PullBytes;
}

/** An image whose files were asked for: one that runs on one platform. */
export interface LayeredImage {
  readonly digest: Digest;
  readonly platform: string | undefined;
  /** The lowest first. */
  readonly layers: readonly LayerState[];
  /** True when every layer can be listed, or never will be. */
  readonly settled: boolean;
  readonly tree: ImageTree;
}

/** Largest file that is given out alone, bytes. Larger ones come with their image. */
export const MAX_FILE_BYTES = 1024 ** 3;
/** Files that one process gives out at a time: each is found by unpacking its layer. */
const MAX_OPEN = 4;
/** More than any builder makes (Docker's limit is 127); bounds the work of every list. */
const MAX_LAYERS = 200;
const DEFAULT_PLATFORM = 'linux/amd64';

/** As many files as this process gives out at a time are under way. */
export class TooManyFilesError extends Error {
  override readonly name = 'TooManyFilesError';
}

/** What is in images. */
export class ImageFiles {
  readonly #ports: ImageFilesPorts;
  #open = 0;

  constructor(ports: ImageFilesPorts) {
    this.#ports = ports;
  }

  /**
   * The image, or of an index the image for `platform` (linux/amd64 or the first when none is asked for), and has its layers read when nobody
   * did yet. Throws MANIFEST_UNKNOWN, and MANIFEST_INVALID for what has no layers or too many, or no such
   * platform.
   */
  async open(repository: RepositoryName, digest: Digest, platform?: string): Promise<LayeredImage> {
    const { manifest } = await this.#ports.additions.manifest(repository, digest);
    if (manifest.kind === 'index') {
      const child = childFor(manifest, platform);
      return { ...(await this.#image(repository, child.digest)), platform: platformText(child) };
    }
    return this.#image(repository, digest, manifest);
  }

  async #image(repository: RepositoryName, digest: Digest, known?: Manifest): Promise<LayeredImage> {
    const manifest = known ?? (await this.#ports.additions.manifest(repository, digest)).manifest;
    const wanted = manifest.references.filter(({ role }) => role === 'layer');
    if (wanted.length === 0)
      throw new OciError('MANIFEST_INVALID', say('no-layers')`This artifact has no layers, so there are no files to show.`);
    if (wanted.length > MAX_LAYERS)
      throw new OciError(
        'MANIFEST_INVALID',
        say(
          'too-many-layers',
        )`This image has ${{ layers: wanted.length }} layers; files are shown of images with up to ${{ most: MAX_LAYERS }}.`,
      );
    const digests = wanted.map((layer) => layer.digest);
    const states = new Map((await this.#ports.indexes.ask(repository, digests)).map((state) => [state.digest, state]));
    const layers = wanted.map((layer) => states.get(layer.digest) ?? absent(layer));
    return {
      digest,
      platform: undefined,
      layers,
      settled: layers.every(({ state }) => state === 'ready' || state === 'unreadable'),
      tree: new ImageTree(this.#ports.indexes, digests),
    };
  }

  /**
   * The bytes of one file. Throws BLOB_UNKNOWN when the image has no such file, UNSUPPORTED for a directory, a link or a device, SIZE_INVALID
   * for one that is too large, and TooManyFilesError.
   */
  async read(
    repository: RepositoryName,
    image: LayeredImage,
    path: string,
  ): Promise<{ readonly size: number; readonly content: AsyncIterable<Buffer> }> {
    const file = await image.tree.find(path);
    if (file === undefined) throw new OciError('BLOB_UNKNOWN', say('no-such-file')`The image has no file ${{ path: shown(path) }}.`);
    const { kind, size, target } = file.facts;
    if (kind === 'symlink' || kind === 'hardlink')
      throw new OciError(
        'UNSUPPORTED',
        say('file-is-link')`${{ path: shown(path) }} is a link to ${{ target: shown(target ?? '') }}. Ask for that file.`,
      );
    if (kind !== 'file') throw new OciError('UNSUPPORTED', say('not-a-file')`${{ path: shown(path) }} is a ${{ kind }}, not a file.`);
    if (size > MAX_FILE_BYTES)
      throw new OciError(
        'SIZE_INVALID',
        say(
          'file-too-large',
        )`${{ path: shown(path) }} has ${{ size }} bytes; files up to 1 GiB are given out alone. Pull the image to get it.`,
      );
    const layer = image.layers[file.layer];
    const linked = layer && (await this.#ports.blobRecords.findLinked(repository, layer.digest));
    if (linked === undefined) throw damaged();
    if (this.#open >= MAX_OPEN) throw new TooManyFilesError('Too many files are being read out of layers.');
    try {
      return { size, content: await begun(this.#content(linked.object, { path, size })) };
    } catch (error) {
      throw isDamage(error) ? damaged(error) : error;
    }
  }

  /** A layer may hold a path more than once: the last one counts, and lists its size. */
  async *#content(object: StoredObject, wanted: { readonly path: string; readonly size: number }): AsyncGenerator<Buffer> {
    this.#open += 1;
    try {
      const reader = await this.#ports.blobStore.sealed.open(object);
      for await (const entry of this.#ports.readLayer(this.#ports.pull(reader))) {
        if (entry.path !== wanted.path || entry.type !== 'file' || entry.size !== wanted.size) continue;
        yield* entry.content();
        return;
      }
      throw new Error(`${wanted.path} is in the list of the layer ${object.digest} and not in the layer.`);
    } finally {
      this.#open -= 1;
    }
  }
}

/** With its first part read: what goes wrong before it rejects here, and whoever drops it unread ends it all the same. */
async function begun(content: AsyncGenerator<Buffer>): Promise<AsyncIterable<Buffer>> {
  let first: IteratorResult<Buffer> | undefined = await content.next();
  return {
    [Symbol.asyncIterator]: () => ({
      next: async () => {
        const next = first ?? (await content.next());
        first = undefined;
        return next;
      },
      return: async () => content.return(undefined),
    }),
  };
}

function isDamage(error: unknown): boolean {
  return error instanceof LayerUnreadableError || error instanceof StoredObjectMissingError || error instanceof StoredObjectDamagedError;
}

function damaged(cause?: unknown): OciError {
  return new OciError('BLOB_UNKNOWN', say('layer-damaged')`The layer with this file is missing or damaged. Push it again to heal it.`, {
    cause,
  });
}

function childFor(index: Manifest, platform: string | undefined): ManifestReference {
  const children = index.references.filter(
    (child) => child.role === 'child' && child.platform !== undefined && child.platform.os !== 'unknown',
  );
  const wanted = platform ?? DEFAULT_PLATFORM;
  const exact = children.find((child) => platformText(child) === wanted || platformText(child).startsWith(`${wanted}/`));
  const child = exact ?? (platform === undefined ? children[0] : undefined);
  if (child !== undefined) return child;
  const there = children.map(platformText).join(', ');
  throw new OciError(
    'MANIFEST_INVALID',
    there === ''
      ? say('index-empty')`This index has no images.`
      : say('no-such-platform')`There is no image for ${{ platform: wanted }}. There are: ${{ known: there }}.`,
  );
}

function platformText({ platform }: ManifestReference): string {
  if (platform === undefined) return '';
  const { os, architecture, variant } = platform;
  return [os, architecture, ...(variant === undefined || variant === '' ? [] : [variant])].join('/');
}

function absent({ digest, size }: ManifestReference): LayerState {
  return { digest, size, state: 'unreadable', problem: 'absent', readBytes: 0, entries: 0 };
}

function shown(path: string): string {
  return JSON.stringify(path.length > 200 ? `${path.slice(0, 200)}...` : path);
}
