import { webcrypto } from 'node:crypto';
import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import type { Readable } from 'node:stream';
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
  type S3ClientConfig,
  type ServerSideEncryption,
  type StorageClass,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { StoredObjectMissingError } from '@berth/registry';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { isMissing, s3Code, translateS3Error } from './s3-errors.ts';
import type { S3BlobStoreOptions } from './s3-options.ts';

/** A part's place in a multipart upload. */
export interface PartPlace {
  readonly name: string;
  readonly upload: string;
  /** From 1. */
  readonly number: number;
}

export interface FoundUpload {
  readonly name: string;
  readonly upload: string;
  readonly startedAt: Date;
}

export interface FoundObject {
  readonly name: string;
  readonly storedAt: Date;
}

/** The body of an object, or of a part of it, under way. */
export interface S3Body {
  /** Bytes of the whole object. */
  readonly total: number;
  readonly stream: Readable;
}

/**
 * The S3 calls that the adapter makes, all of them; one object, so that tests can make the Nth fail. Each has a timeout, is tried
 * again with growing pauses where that can help, and throws only errors of the port.
 */
export interface S3Calls {
  put(name: string, body: Buffer, kind: 'layer' | 'short-lived'): Promise<void>;
  /** `range` holds the first and the last byte. Throws {@link StoredObjectMissingError}. */
  get(name: string, range?: readonly [number, number]): Promise<S3Body>;
  /** Bytes of the object, or undefined when there is none. */
  size(name: string): Promise<number | undefined>;
  remove(name: string): Promise<void>;
  /** Up to 1,000 names; says which could not be removed, and why. */
  removeMany(names: readonly string[]): Promise<ReadonlyMap<string, string>>;
  startUpload(name: string): Promise<string>;
  /** Returns the part's entity tag. */
  putPart(place: PartPlace, body: Buffer, signal?: AbortSignal): Promise<string>;
  completeUpload(name: string, upload: string, tags: readonly string[]): Promise<void>;
  /** An upload that is not there is fine. */
  abortUpload(name: string, upload: string): Promise<void>;
  /** At most a page (1,000) of the unfinished uploads whose names start so, in name order, behind the name `after`. */
  uploads(namesFrom: string, after?: string): Promise<readonly FoundUpload[]>;
  /** At most a page (1,000) of the objects whose names start so, in name order, behind the name `after`. */
  objects(namesFrom: string, after?: string): Promise<readonly FoundObject[]>;
  /** A URL that reads the object for `seconds`. */
  presign(name: string, seconds: number): Promise<string>;
  close(): void;
}

const ATTEMPTS = 5;
const CONNECT_MILLISECONDS = 10_000;
/** Until the answer's head arrives; also covers sending a part over a slow line. */
const ANSWER_MILLISECONDS = 120_000;
/** Amazon assembles thousands of parts for minutes. */
const COMPLETE_MILLISECONDS = 600_000;
const IDLE_SOCKET_MILLISECONDS = 60_000;
/** Of calls that last as long as the store takes. */
const SOCKETS = 128;

/** `attempts` bounds how often a call is tried; tests that want it to fail need not wait for all. */
export function s3Calls(options: S3BlobStoreOptions, attempts = ATTEMPTS): S3Calls {
  const client = newClient(options, { attempts, sockets: SOCKETS });
  // A body that is read holds its connection for as long as the client at our other end likes. Were they bounded, a few slow ones, or the
  // nodes of a cluster that pull at once, would keep everybody from reading and writing: who waits ten seconds for a connection is refused.
  const bodies = newClient({ ...options, credentials: client.config.credentials }, { attempts, sockets: Number.POSITIVE_INFINITY });
  const bucket = { Bucket: options.bucket };
  const encryption = encryptionOf(options);
  const layer = { ...encryption, ...(options.storageClass === undefined ? {} : { StorageClass: options.storageClass as StorageClass }) };
  const reading = (name: string) => translating(`reading ${name}`);
  const writing = (name: string) => translating(`writing ${name}`);
  const removing = translating('removing objects');
  const listing = translating('listing objects');

  return {
    put: (name, body, kind) =>
      writing(name)(async () => {
        const as = kind === 'layer' ? layer : encryption;
        await client.send(new PutObjectCommand({ ...bucket, Key: name, Body: body, ContentLength: body.length, ...as }));
      }),
    get: (name, range) =>
      reading(name)(async () => {
        const of = range === undefined ? {} : { Range: `bytes=${range[0]}-${range[1]}` };
        try {
          const found = await bodies.send(new GetObjectCommand({ ...bucket, Key: name, ...of }));
          const total = range === undefined ? found.ContentLength : Number(found.ContentRange?.split('/')[1]);
          return { total: total ?? Number.NaN, stream: found.Body as Readable };
        } catch (error) {
          if (isMissing(error)) throw new StoredObjectMissingError(`${name} is not in the storage.`, { cause: error });
          throw error;
        }
      }),
    size: (name) =>
      reading(name)(async () => {
        try {
          return (await client.send(new HeadObjectCommand({ ...bucket, Key: name }))).ContentLength ?? 0;
        } catch (error) {
          if (isMissing(error)) return undefined;
          throw error;
        }
      }),
    remove: (name) =>
      removing(async () => {
        try {
          await client.send(new DeleteObjectCommand({ ...bucket, Key: name }));
        } catch (error) {
          if (!isMissing(error)) throw error;
        }
      }),
    removeMany: (names) =>
      removing(async () => {
        const Delete = { Quiet: true, Objects: names.map((Key) => ({ Key })) };
        const { Errors } = await client.send(new DeleteObjectsCommand({ ...bucket, Delete }));
        const failed = (Errors ?? []).filter(({ Code }) => Code !== 'NoSuchKey');
        return new Map(failed.map(({ Key, Code }) => [Key ?? '', Code ?? 'an unnamed error']));
      }),
    startUpload: (name) =>
      writing(name)(async () => {
        const { UploadId } = await client.send(new CreateMultipartUploadCommand({ ...bucket, Key: name, ...layer }));
        if (UploadId === undefined) throw new Error('The store named no upload.');
        return UploadId;
      }),
    putPart: ({ name, upload, number }, body, abortSignal) =>
      writing(name)(async () => {
        const part = { ...bucket, Key: name, UploadId: upload, PartNumber: number, Body: body, ContentLength: body.length };
        const { ETag } = await client.send(new UploadPartCommand(part), abortSignal === undefined ? {} : { abortSignal });
        if (ETag === undefined) throw new Error('The store gave no entity tag for a part.');
        return ETag.replaceAll('"', '');
      }),
    completeUpload: (name, upload, tags) =>
      writing(name)(async () => {
        const Parts = tags.map((ETag, index) => ({ ETag, PartNumber: index + 1 }));
        const whole = { ...bucket, Key: name, UploadId: upload, MultipartUpload: { Parts } };
        await client.send(new CompleteMultipartUploadCommand(whole), { requestTimeout: COMPLETE_MILLISECONDS });
      }),
    abortUpload: (name, upload) =>
      removing(async () => {
        try {
          await client.send(new AbortMultipartUploadCommand({ ...bucket, Key: name, UploadId: upload }));
        } catch (error) {
          if (s3Code(error) !== 'NoSuchUpload' && !isMissing(error)) throw error;
        }
      }),
    uploads: (namesFrom, after) =>
      listing(async () => {
        const from = after === undefined ? {} : { KeyMarker: after };
        const { Uploads } = await client.send(new ListMultipartUploadsCommand({ ...bucket, Prefix: namesFrom, ...from }));
        return (Uploads ?? []).flatMap(({ Key, UploadId, Initiated }) =>
          Key?.startsWith(namesFrom) && UploadId !== undefined ? [{ name: Key, upload: UploadId, startedAt: Initiated ?? new Date() }] : [],
        );
      }),
    objects: (namesFrom, after) =>
      listing(async () => {
        const from = after === undefined ? {} : { StartAfter: after };
        const { Contents } = await client.send(new ListObjectsV2Command({ ...bucket, Prefix: namesFrom, ...from }));
        return (Contents ?? []).flatMap(({ Key, LastModified }) =>
          Key === undefined ? [] : [{ name: Key, storedAt: LastModified ?? new Date() }],
        );
      }),
    presign: (name, seconds) =>
      reading(name)(() => getSignedUrl(client, new GetObjectCommand({ ...bucket, Key: name }), { expiresIn: seconds })),
    close: () => {
      client.destroy();
      bodies.destroy();
    },
  };
}

function encryptionOf({ serverSideEncryption, kmsKeyId }: S3BlobStoreOptions): {
  ServerSideEncryption?: ServerSideEncryption;
  SSEKMSKeyId?: string;
} {
  if (serverSideEncryption === undefined) return {};
  return { ServerSideEncryption: serverSideEncryption, ...(kmsKeyId === undefined ? {} : { SSEKMSKeyId: kmsKeyId }) };
}

function translating(doing: string): <T>(work: () => Promise<T>) => Promise<T> {
  return async (work) => {
    try {
      return await work();
    } catch (error) {
      throw translateS3Error(error, doing);
    }
  };
}

type ClientOptions = Omit<S3BlobStoreOptions, 'credentials'> & { readonly credentials?: S3ClientConfig['credentials'] };

function newClient(options: ClientOptions, { attempts, sockets }: { readonly attempts: number; readonly sockets: number }): S3Client {
  const { region, endpoint, credentials, forcePathStyle } = options;
  const agent = { keepAlive: true, maxSockets: sockets };
  const client = new S3Client({
    region,
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(credentials === undefined ? {} : { credentials }),
    forcePathStyle: forcePathStyle ?? false,
    // Stores that are not Amazon's do not know the newer checksums.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    // Waiting for "100 Continue" would cost every part a round trip and a connection of its own.
    expectContinueHeader: false,
    retryMode: 'standard',
    maxAttempts: attempts,
    requestHandler: new NodeHttpHandler({
      connectionTimeout: CONNECT_MILLISECONDS,
      requestTimeout: ANSWER_MILLISECONDS,
      throwOnRequestTimeout: true,
      socketTimeout: IDLE_SOCKET_MILLISECONDS,
      httpAgent: new HttpAgent(agent),
      httpsAgent: new HttpsAgent(agent),
    }),
  });
  hashBodiesBeside(client);
  return client;
}

interface Outgoing {
  readonly protocol?: string;
  readonly headers: Record<string, string>;
  readonly body?: unknown;
}

/**
 * Left alone, the SDK hashes each body on this thread before it sends it. Over TLS the body needs no signature of its own; over
 * plain HTTP the hash is made on the thread pool.
 */
function hashBodiesBeside(client: S3Client): void {
  client.middlewareStack.add(
    (next) => async (args) => {
      const request = args.request as Outgoing;
      if (Buffer.isBuffer(request.body)) {
        request.headers['x-amz-content-sha256'] = request.protocol === 'https:' ? 'UNSIGNED-PAYLOAD' : await sha256Hex(request.body);
      }
      return next(args);
    },
    { step: 'build', name: 'hashBodiesBeside' },
  );
}

async function sha256Hex(bytes: Buffer): Promise<string> {
  return Buffer.from(await webcrypto.subtle.digest('SHA-256', bytes as unknown as Uint8Array<ArrayBuffer>)).toString('hex');
}
