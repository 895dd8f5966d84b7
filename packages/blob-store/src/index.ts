export { type DiskBlobStore, type DiskBlobStoreOptions, openDiskBlobStore } from './disk/disk-blob-store.ts';
export { type DiskCalls, systemCalls } from './disk/disk-calls.ts';
