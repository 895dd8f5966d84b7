export { type DiskBlobStore, type DiskBlobStoreOptions, openDiskBlobStore } from './disk/disk-blob-store.ts';
