import { StoredObjectMissingError, StorageFailedError } from '@berth/registry';
import { pages } from './pages.ts';
import { s3Calls } from './s3-calls.ts';
import { translateS3Error } from './s3-errors.ts';
import type { S3BlobStoreOptions } from './s3-options.ts';

/** Plain objects below the prefix of a bucket, for what is no blob storage. Errors are those of the storage port. */
export interface S3Objects {
  /** Durable when it resolves. */
  put(name: string, bytes: Buffer): Promise<void>;
  /** undefined when there is none. Throws StorageFailedError for one of more than `most` bytes. */
  get(name: string, most: number): Promise<Buffer | undefined>;
  /** Names that start so, in the order of their names. */
  list(namesFrom: string): AsyncIterable<string>;
  /** An absent one is fine. */
  remove(name: string): Promise<void>;
  close(): void;
}

export function s3Objects(options: S3BlobStoreOptions): S3Objects {
  const calls = s3Calls(options);
  const trimmed = (options.prefix ?? '').replace(/^\/+|\/+$/g, '');
  const base = trimmed === '' ? '' : `${trimmed}/`;
  return {
    put: (name, bytes) => calls.put(base + name, bytes, 'layer'),
    async get(name, most) {
      const path = base + name;
      try {
        const { stream, total } = await calls.get(path);
        if (total > most) {
          stream.destroy();
          throw new StorageFailedError(`${path} has ${total} bytes; it is none of ours.`);
        }
        const chunks: Buffer[] = [];
        for await (const chunk of stream) chunks.push(chunk as Buffer);
        const bytes = Buffer.concat(chunks);
        if (bytes.length !== total) throw new StorageFailedError(`${path} ended after ${bytes.length} of ${total} bytes. Try again.`);
        return bytes;
      } catch (error) {
        if (error instanceof StoredObjectMissingError) return undefined;
        throw translateS3Error(error, `reading ${path}`);
      }
    },
    async *list(namesFrom) {
      for await (const { name } of pages((after) => calls.objects(base + namesFrom, after))) yield name.slice(base.length);
    },
    remove: (name) => calls.remove(base + name),
    close: () => calls.close(),
  };
}
