import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { DIGEST_ALGORITHMS, digestAlgorithm, digestHex } from '@berth/oci';
import { StorageFailedError, type StorageKey, type StoredObject } from '@berth/registry';

/**
 * Where everything lies below the root, all on one file system:
 *
 *     berth-store.json                    which store this is; written last, so that its presence says the rest is there
 *     pending/<key>                       an upload under way
 *     sha256/<aa>/<hex>.<key>             a sealed object; <aa> are the first two letters of <hex>
 *     sha512/<aa>/<hex>.<key>
 *     side/<folder>/<file>                what the registry keeps beside, such as its journal; made at first use
 *
 * The 256 directories of each algorithm are made once and stay: sealing makes no directory and removing needs no cleaning,
 * so neither can race the other. The key makes the name unique; the digest lets a person or a rebuild find the object.
 */
export interface DiskLayout {
  readonly root: string;
  readonly marker: string;
  readonly pendingDirectory: string;
  readonly algorithmDirectories: readonly string[];
  pendingPath(key: StorageKey): string;
  sealedPath(object: StoredObject): string;
  sealedDirectory(object: StoredObject): string;
}

export const MARKER_NAME = 'berth-store.json';
export const SHARDS: readonly string[] = Array.from({ length: 256 }, (_, index) => index.toString(16).padStart(2, '0'));

const KEY_SHAPE = /^[0-9a-f]{32}$/;

export function newDiskKey(): StorageKey {
  return randomBytes(16).toString('hex') as StorageKey;
}

const SEALED_SHAPE = /^[0-9a-f]{64,128}\.([0-9a-f]{32})$/;

/** The key in the name of a sealed file; undefined for a name that is none of ours. */
export function sealedKeyOf(name: string): StorageKey | undefined {
  return SEALED_SHAPE.exec(name)?.[1] as StorageKey | undefined;
}

/** Keys come back from the database; one that we cannot have made must not become a path. */
function checkedKey(key: StorageKey): StorageKey {
  if (KEY_SHAPE.test(key)) return key;
  throw new StorageFailedError(
    `"${key.slice(0, 80)}" is not a key of the disk storage. Was this registry started with another kind of storage before?`,
  );
}

export function diskLayout(root: string): DiskLayout {
  const pendingDirectory = join(root, 'pending');
  const sealedDirectory = (object: StoredObject): string =>
    `${root}/${digestAlgorithm(object.digest)}/${digestHex(object.digest).slice(0, 2)}`;
  return {
    root,
    marker: join(root, MARKER_NAME),
    pendingDirectory,
    algorithmDirectories: DIGEST_ALGORITHMS.map((algorithm) => join(root, algorithm)),
    pendingPath: (key) => `${pendingDirectory}/${checkedKey(key)}`,
    sealedPath: (object) => `${sealedDirectory(object)}/${digestHex(object.digest)}.${checkedKey(object.key)}`,
    sealedDirectory,
  };
}
