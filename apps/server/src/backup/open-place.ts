import type { Config } from '../config.ts';
import { resolve } from 'node:path';
import { BackupError } from './backup-error.ts';
import { openFolderPlace, openS3Place, type Place } from './place.ts';

export interface PlaceWish {
  /** A folder, or `s3://bucket/prefix`. */
  readonly place: string;
  /** Of a store that is not Amazon's; absent: that of the server's own storage where it is S3, else Amazon's. */
  readonly endpoint?: string | undefined;
  readonly region?: string | undefined;
  /** Make a folder that is not there. */
  readonly make: boolean;
}

const S3_SHAPE = /^s3:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:\/(.*))?$/;

/**
 * Credentials are those of the server's own S3 storage when it is at the same endpoint, else those of AWS's default chain (AWS_ACCESS_KEY_ID
 * and so on). Throws {@link BackupError}.
 */
export async function openPlace({ place, endpoint, region, make }: PlaceWish, { storage }: Config): Promise<Place> {
  if (!place.includes('://')) return openFolderPlace(resolve(place), make);
  const [, bucket, prefix] = S3_SHAPE.exec(place) ?? [];
  if (bucket === undefined) throw new BackupError(`${place} is neither a folder nor s3://bucket/prefix.`);
  const own = storage.type === 's3' && (endpoint === undefined || endpoint === storage.s3.endpoint) ? storage.s3 : undefined;
  const chosen = endpoint ?? own?.endpoint;
  const credentials = own?.credentials;
  return openS3Place(place, {
    bucket,
    prefix: prefix ?? '',
    region: region ?? own?.region ?? 'us-east-1',
    forcePathStyle: own?.forcePathStyle ?? chosen !== undefined,
    ...(chosen === undefined ? {} : { endpoint: chosen }),
    ...(credentials === undefined ? {} : { credentials }),
  });
}
