export { type DiskBlobStore, type DiskBlobStoreOptions, openDiskBlobStore } from './disk/disk-blob-store.ts';
export { type DiskCalls, systemCalls } from './disk/disk-calls.ts';
export { openS3BlobStore, openS3Objects } from './s3/open-s3-blob-store.ts';
export type { S3Objects } from './s3/s3-objects.ts';
export type { S3BlobStoreOptions } from './s3/s3-options.ts';
