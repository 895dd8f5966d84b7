import { randomBytes } from 'node:crypto';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { digestOfBytes } from '@berth/oci';
import { type BlobStore, type Checkpoint, type CheckpointOptions, EMPTY_CHECKPOINT, type StoredObject } from '@berth/registry';
import type { S3Server } from '@berth/testkit';
import { PartBuffers } from '../part-buffers.ts';
import { createS3BlobStore } from '../s3-blob-store.ts';
import { type S3Calls, s3Calls } from '../s3-calls.ts';
import { type S3Names, s3Names } from '../s3-names.ts';
import { LEAST_PART_BYTES, type S3BlobStoreOptions } from '../s3-options.ts';

/** A real S3 server with a bucket, for all S3 tests of one file. */
export interface S3Bench {
  readonly server: S3Server;
  readonly bucket: string;
}

/** A store in a prefix of its own, with what tests look at behind it. */
export interface S3Under {
  readonly options: S3BlobStoreOptions;
  readonly calls: S3Calls;
  readonly names: S3Names;
  readonly buffers: PartBuffers;
  readonly store: BlobStore;
  reopen(): BlobStore;
  residue(): Promise<readonly string[]>;
  remove(): Promise<void>;
}

export async function newBench(server: S3Server): Promise<S3Bench> {
  const bucket = `berth-${randomBytes(4).toString('hex')}`;
  const client = new S3Client({ ...server, credentials: server, forcePathStyle: true });
  await client.send(new CreateBucketCommand({ Bucket: bucket }));
  client.destroy();
  return { server, bucket };
}

export interface UnderOptions {
  readonly attempts?: number;
  readonly more?: Partial<S3BlobStoreOptions>;
}

export function openUnder({ server, bucket }: S3Bench, { attempts, more }: UnderOptions = {}): S3Under {
  const { endpoint, region, accessKeyId, secretAccessKey } = server;
  const prefix = `/test/${randomBytes(4).toString('hex')}/`;
  const credentials = { accessKeyId, secretAccessKey };
  const options = { endpoint, region, bucket, prefix, credentials, forcePathStyle: true, partSize: LEAST_PART_BYTES, ...more };
  const calls = s3Calls(options, attempts);
  const direct = s3Calls({ ...options, endpoint });
  const names = s3Names(prefix);
  const buffers = new PartBuffers(options.partSize, options.partLimit ?? 6);
  const reopen = (): BlobStore => createS3BlobStore(options, { calls, buffers });
  return {
    options,
    calls,
    names,
    buffers,
    store: reopen(),
    reopen,
    residue: async () => [
      ...(await direct.uploads(names.objects)).map(({ name }) => `upload of ${name}`),
      ...(await direct.objects(names.tails)).map(({ name }) => name),
      ...(buffers.lent === 0 ? [] : [`${buffers.lent} buffers`]),
    ],
    remove: async () => {
      for (const { name } of await direct.objects(names.objects)) await direct.remove(name);
      calls.close();
      direct.close();
    },
  };
}

export function nameFor(store: BlobStore, bytes: Buffer): StoredObject {
  return { key: store.pending.newKey(), digest: digestOfBytes(bytes), size: bytes.length };
}

/** Appends what of `bytes` follows `from`. */
export async function appendFrom(
  store: BlobStore,
  object: StoredObject,
  { bytes, from, ...options }: { bytes: Buffer; from: Checkpoint } & CheckpointOptions,
): Promise<Checkpoint> {
  const writer = await store.pending.append(object.key, from);
  try {
    for (let done = from.offset; done < bytes.length; done += 1_000_000) await writer.write(bytes.subarray(done, done + 1_000_000));
    return await writer.checkpoint(options);
  } finally {
    await writer.close();
  }
}

export function append(store: BlobStore, object: StoredObject, bytes: Buffer, options: CheckpointOptions = {}): Promise<Checkpoint> {
  return appendFrom(store, object, { bytes, from: EMPTY_CHECKPOINT, ...options });
}

export async function put(store: BlobStore, bytes: Buffer): Promise<StoredObject> {
  const object = nameFor(store, bytes);
  await store.pending.seal(object, await append(store, object, bytes));
  return object;
}

export async function readAll(store: BlobStore, object: StoredObject): Promise<Buffer> {
  const chunks: Buffer[] = [];
  await (await store.sealed.open(object)).copyTo(async (chunk) => {
    chunks.push(Buffer.from(chunk));
  });
  return Buffer.concat(chunks);
}
