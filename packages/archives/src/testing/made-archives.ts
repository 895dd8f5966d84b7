import { createHash } from 'node:crypto';
import { type Digest, digestOfBytes, OCI_INDEX, OCI_MANIFEST, type RepositoryName, type Tag } from '@berth/oci';
import { type Header, pack } from 'tar-stream';
import { disagrees, type IncomingFile, type ReadFile } from '../archive-contents.ts';
import type { PlannedManifest } from '../image-plan.ts';
import type { ImportTarget, PlaceOutcome } from '../import-archive.ts';

export type Files = readonly (readonly [name: string, content: Buffer | string, header?: Partial<Header>])[];

/** A tar of these files, in this order. */
export async function tarOf(files: Files): Promise<Buffer> {
  const tar = pack();
  for (const [name, content, header] of files) {
    if (header === undefined) tar.entry({ name, mtime: new Date(0) }, Buffer.from(content));
    else tar.entry({ name, ...header } as Header, content === '' ? (undefined as never) : Buffer.from(content));
  }
  tar.finalize();
  return Buffer.concat(await collect(tar as AsyncIterable<Buffer>));
}

export async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}

/** In pieces of some odd size, as a network gives them. */
export async function* inPieces(bytes: Buffer, size = 1_237): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

export function hex(content: Buffer | string): string {
  return createHash('sha256').update(content).digest('hex');
}

export function blob(content: Buffer | string): [string, Buffer] {
  return [`blobs/sha256/${hex(content)}`, Buffer.from(content)];
}

export function described(content: Buffer | string, mediaType: string, more: object = {}): object {
  return { mediaType, digest: `sha256:${hex(content)}`, size: Buffer.byteLength(content), ...more };
}

export const LAYER = 'application/vnd.oci.image.layer.v1.tar';
export const CONFIG = 'application/vnd.oci.image.config.v1+json';

export interface MadeImage {
  readonly manifest: string;
  readonly blobs: Files;
}

/** An OCI image for one platform. */
export function image(architecture: string, layers: readonly (string | Buffer)[]): MadeImage {
  const config = JSON.stringify({
    os: 'linux',
    architecture,
    rootfs: { type: 'layers', diff_ids: layers.map((one) => `sha256:${hex(one)}`) },
  });
  const manifest = JSON.stringify({
    schemaVersion: 2,
    mediaType: OCI_MANIFEST,
    config: described(config, CONFIG),
    layers: layers.map((layer) => described(layer, LAYER)),
  });
  return { manifest, blobs: [blob(config), ...layers.map(blob)] };
}

export function indexOf(images: readonly { readonly manifest: string; readonly architecture: string }[]): string {
  const manifests = images.map(({ manifest, architecture }) =>
    described(manifest, OCI_MANIFEST, { platform: { os: 'linux', architecture } }),
  );
  return JSON.stringify({ schemaVersion: 2, mediaType: OCI_INDEX, manifests });
}

/** The two files that make a tar an OCI layout. */
export function layout(...roots: readonly object[]): Files {
  return [
    ['oci-layout', '{"imageLayoutVersion":"1.0.0"}'],
    ['index.json', JSON.stringify({ schemaVersion: 2, manifests: roots })],
  ];
}

export function named(manifest: string, name: string, mediaType = OCI_MANIFEST): object {
  return described(manifest, mediaType, { annotations: { 'io.containerd.image.name': name } });
}

/** What docker before version 25 saves: layers in folders of their own, what describes them at the end. */
export function dockerSave(tags: readonly string[] | null, layers: readonly (string | Buffer)[], config?: object): Files {
  const json = JSON.stringify(
    config ?? { os: 'linux', architecture: 'amd64', rootfs: { type: 'layers', diff_ids: layers.map((one) => `sha256:${hex(one)}`) } },
  );
  const names = layers.map((layer) => `${hex(`id of ${layer.toString()}`)}/layer.tar`);
  return [
    ...layers.map((layer, index) => [names[index] ?? '', layer] as const),
    [`${hex(json)}.json`, json],
    ['manifest.json', JSON.stringify([{ Config: `${hex(json)}.json`, RepoTags: tags, Layers: names }])],
  ];
}

/** Keeps everything in memory, and what happened in order. */
export class MemoryTarget implements ImportTarget {
  readonly stored = new Map<Digest, Buffer>();
  readonly placed: string[] = [];
  readonly manifests: { repository: RepositoryName; manifest: PlannedManifest; tags: readonly Tag[] }[] = [];
  readonly existing = new Set<Digest>();

  async store(file: IncomingFile): Promise<Digest> {
    const bytes = Buffer.concat(await collect(file.content));
    const digest = digestOfBytes(bytes, file.claimed?.startsWith('sha512') === true ? 'sha512' : 'sha256');
    if (file.claimed !== undefined && file.claimed !== digest) throw disagrees(file.name, digest);
    this.stored.set(digest, bytes);
    return digest;
  }

  async place(repository: RepositoryName, { digest, bytes }: ReadFile): Promise<PlaceOutcome> {
    if (bytes !== undefined) this.stored.set(digest, bytes);
    if (!this.stored.has(digest)) throw new Error(`${digest} was placed and never stored.`);
    this.placed.push(`${repository}@${digest}`);
    return this.existing.has(digest) ? 'existed' : 'stored';
  }

  async putManifest(repository: RepositoryName, manifest: PlannedManifest, tags: readonly Tag[]): Promise<void> {
    this.manifests.push({ repository, manifest, tags });
  }

  /** `repository:tag` -> digest. */
  get tags(): Record<string, Digest> {
    return Object.fromEntries(
      this.manifests.flatMap(({ repository, manifest, tags }) => tags.map((tag) => [`${repository}:${tag}`, manifest.digest])),
    );
  }
}
