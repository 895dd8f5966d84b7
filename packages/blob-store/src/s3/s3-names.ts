import { randomBytes } from 'node:crypto';
import { StorageFailedError, type StorageKey } from '@berth/registry';

/**
 * Object names, all below the prefix:
 *
 *     blobs/<aa>/<key>           a layer; while it is uploaded, the name of its multipart upload. <aa> spreads the names
 *     tails/<key>/<random>       bytes of an upload that do not fill a part yet, one object for each checkpoint
 *     side/<folder>/<file>       what the registry keeps beside, such as its journal
 *     probe                      written and read by the health check
 *
 * Nothing on S3 can be renamed, so the name is settled before the first byte, and only sealing ever writes it.
 */
export interface S3Names {
  object(key: StorageKey): string;
  newTail(key: StorageKey): string;
  /** All tails of one upload. */
  tailsOf(key: StorageKey): string;
  readonly tails: string;
  readonly objects: string;
  readonly side: string;
  readonly probe: string;
}

export const KEY_SHAPE = /^[0-9a-f]{32}$/;

export function newS3Key(): StorageKey {
  return randomBytes(16).toString('hex') as StorageKey;
}

export function s3Names(prefix: string): S3Names {
  const trimmed = prefix.replace(/^\/+|\/+$/g, '');
  const base = trimmed === '' ? '' : `${trimmed}/`;
  return {
    object: (key) => `${base}blobs/${checkedKey(key).slice(0, 2)}/${key}`,
    newTail: (key) => `${base}tails/${checkedKey(key)}/${randomBytes(8).toString('hex')}`,
    tailsOf: (key) => `${base}tails/${checkedKey(key)}/`,
    tails: `${base}tails/`,
    objects: `${base}blobs/`,
    side: `${base}side/`,
    probe: `${base}probe`,
  };
}

function checkedKey(key: StorageKey): StorageKey {
  if (KEY_SHAPE.test(key)) return key;
  throw new StorageFailedError(
    `"${key.slice(0, 80)}" is not a key of the S3 storage. Was this registry started with another kind of storage before?`,
  );
}
