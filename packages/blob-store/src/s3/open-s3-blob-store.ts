import type { BlobStore } from '@berth/registry';
import type { S3Objects } from './s3-objects.ts';
import type { S3BlobStoreOptions } from './s3-options.ts';

/**
 * Opens a store in a bucket. The SDK is loaded here and not before: a server on disk pays nothing for it. Asks the store nothing yet,
 * so that a server can start while it is away: call `check`, which says what is wrong with the bucket or the credentials.
 */
export async function openS3BlobStore(options: S3BlobStoreOptions): Promise<BlobStore> {
  const { createS3BlobStore } = await import('./s3-blob-store.ts');
  return createS3BlobStore(options);
}

/** As {@link openS3BlobStore}, of plain objects. */
export async function openS3Objects(options: S3BlobStoreOptions): Promise<S3Objects> {
  const { s3Objects } = await import('./s3-objects.ts');
  return s3Objects(options);
}
