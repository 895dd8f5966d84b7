import { join } from 'node:path';
import { openDiskBlobStore, openS3BlobStore } from '@berth/blob-store';
import { type BlobStore, MovingBlobStore, type TroubleReport } from '@berth/registry';
import type { Config, StorageConfig } from '../config.ts';
import { StartError } from './start-error.ts';

/** The storage of the configuration; two as one while the blobs move. Throws StartError when it cannot be used. */
export async function openBlobStore(config: Config, report: TroubleReport): Promise<BlobStore> {
  const { storage, previousStorage } = config;
  try {
    const target = await openOne(config, storage, report);
    if (previousStorage === undefined) return target;
    try {
      const source = await openOne(config, previousStorage, report);
      return new MovingBlobStore(target, source, { from: placeOf(previousStorage, source), to: placeOf(storage, target) });
    } catch (error) {
      await target.close();
      throw error;
    }
  } catch (error) {
    throw new StartError(`The blob storage cannot be used. ${(error as Error).message}`, { cause: error });
  }
}

function openOne(config: Config, storage: StorageConfig, onTrouble: TroubleReport): Promise<BlobStore> {
  if (storage.type === 's3') return openS3BlobStore({ ...storage.s3, onTrouble });
  return openDiskBlobStore({ root: join(config.dataDir, 'blobs') });
}

/** Tells apart storages whose ids are the same, and says to people which one it is. Holds no secret. */
function placeOf(storage: StorageConfig, store: BlobStore): string {
  if (storage.type === 'disk') return `disk (${store.id})`;
  const { endpoint, bucket, prefix } = storage.s3;
  return `s3://${bucket}/${prefix.replace(/^\/+|\/+$/g, '')}${endpoint === undefined ? '' : ` at ${endpoint}`}`;
}
