import { randomBytes, randomUUID } from 'node:crypto';
import { type Digest, digestOfBytes, parseManifest, parseRepositoryName, type RepositoryName, type Tag } from '@berth/oci';
import type {
  ActorKey,
  BlobRecords,
  ManifestPut,
  ManifestRecords,
  NewUpload,
  StorageKey,
  StoredObject,
  UploadId,
  UploadSession,
  UploadSessions,
} from '@berth/registry';

/** The three ports of rows on one database, with what a test needs beside them. */
export interface RecordsUnderTest {
  readonly uploadSessions: UploadSessions;
  readonly blobRecords: BlobRecords;
  readonly manifestRecords: ManifestRecords;
  /** Creates a project and returns its id. */
  createProject(name: string, options?: { readonly public: boolean }): Promise<number>;
  /** Makes every claim, lease, session and waiting deletion as if so many seconds had passed. */
  age(seconds: number): Promise<void>;
  /** Names whatever must never be seen from outside: dangling rows, transactions left open. Empty is right. */
  residue(): Promise<readonly string[]>;
}

export const ALICE = 'user:1' as ActorKey;
export const BOB = 'user:2' as ActorKey;

/** A name that no other test uses. */
export function uniqueName(prefix: string): string {
  return `${prefix}-${randomBytes(5).toString('hex')}`;
}

/** A repository name in a project that exists. */
export async function newRepository(under: RecordsUnderTest, path = 'app'): Promise<RepositoryName> {
  const project = uniqueName('p');
  await under.createProject(project);
  return parseRepositoryName(`${project}/${path}`);
}

/** What an adapter of BlobStore would have sealed. The content is only its digest here. */
export function newObject(digest: Digest = digestOfBytes(randomBytes(16)), size = 1000): StoredObject {
  return { key: uniqueName('key') as StorageKey, digest, size };
}

export function newUpload(repository: RepositoryName, more: Partial<NewUpload> = {}): NewUpload {
  return {
    id: randomUUID() as UploadId,
    repository,
    actor: ALICE,
    key: uniqueName('key') as StorageKey,
    algorithm: 'sha256',
    ...more,
  };
}

/** A session claimed as if its content were about to be committed. */
export function claimedUpload(under: RecordsUnderTest, repository: RepositoryName): Promise<UploadSession> {
  return under.uploadSessions.create(newUpload(repository, { sealing: digestOfBytes(randomBytes(8)) }));
}

/** Uploads a blob of a new or given object, and returns the object offered. */
export async function pushBlob(
  under: RecordsUnderTest,
  repository: RepositoryName,
  object: StoredObject = newObject(),
): Promise<StoredObject> {
  await under.blobRecords.commitUpload(await claimedUpload(under, repository), object);
  return object;
}

const IMAGE = 'application/vnd.oci.image.manifest.v1+json';
const INDEX = 'application/vnd.oci.image.index.v1+json';

export interface DescriptorLike {
  readonly digest: Digest;
  readonly size: number;
  readonly mediaType?: string;
}

/** A PUT of any JSON document; `content` is completed with schemaVersion. Each call makes other bytes. */
export function putOf(
  repository: RepositoryName,
  mediaType: string,
  content: Record<string, unknown>,
  more: Partial<ManifestPut> = {},
): ManifestPut {
  const bytes = Buffer.from(
    JSON.stringify({ schemaVersion: 2, ...content, annotations: { nonce: uniqueName('n'), ...(content['annotations'] as object) } }),
  );
  return {
    repository,
    digest: digestOfBytes(bytes),
    bytes,
    manifest: parseManifest(bytes, mediaType),
    tags: [],
    actor: ALICE,
    allowSparse: false,
    ...more,
  };
}

export function descriptor({
  digest,
  size,
  mediaType = 'application/vnd.oci.image.layer.v1.tar',
}: DescriptorLike): Record<string, unknown> {
  return { mediaType, digest, size };
}

/** A PUT of an image made of blobs: the first is the config. */
export function imageOf(repository: RepositoryName, blobs: readonly DescriptorLike[], more: Partial<ManifestPut> = {}): ManifestPut {
  const [config, ...layers] = blobs;
  if (config === undefined) throw new Error('An image needs a config.');
  return putOf(repository, IMAGE, { mediaType: IMAGE, config: descriptor(config), layers: layers.map(descriptor) }, more);
}

/** A PUT of an index of manifests that were put before, or of any descriptors. */
export function indexOf(repository: RepositoryName, children: readonly DescriptorLike[], more: Partial<ManifestPut> = {}): ManifestPut {
  return putOf(
    repository,
    INDEX,
    { mediaType: INDEX, manifests: children.map((child) => descriptor({ mediaType: IMAGE, ...child })) },
    more,
  );
}

export function asChild(put: ManifestPut): DescriptorLike {
  return { digest: put.digest, size: put.bytes.length, mediaType: put.manifest.mediaType };
}

/** Pushes an image of two blobs under the given tags, and returns its PUT. */
export async function pushImage(under: RecordsUnderTest, repository: RepositoryName, tags: readonly string[] = []): Promise<ManifestPut> {
  const blobs = [await pushBlob(under, repository), await pushBlob(under, repository)];
  const put = imageOf(repository, blobs, { tags: tags as readonly Tag[] });
  const { outcome } = await under.manifestRecords.put(put);
  if (outcome !== 'stored') throw new Error(`The image was ${outcome}.`);
  return put;
}
