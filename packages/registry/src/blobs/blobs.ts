import { type Digest, OciError, type RepositoryName } from '@berth/oci';
import { QuotaExceededError } from '../policy/quota-exceeded-error.ts';
import type { LinkedBlob } from '../ports/blob-records.ts';
import type { BlobReader, ByteRange, StoredObject } from '../ports/blob-store.ts';
import { StoredObjectDamagedError, StoredObjectMissingError } from '../ports/storage-errors.ts';
import type { RegistryPorts } from '../registry-ports.ts';

/** How many holders of a blob a mount without `from` asks about: bounds the work of one request. */
const MAX_HOLDERS = 20;

export interface Mount {
  readonly target: RepositoryName;
  readonly digest: Digest;
  /** Undefined when the client leaves the choice to the registry. */
  readonly source: RepositoryName | undefined;
  /** May the caller pull from this repository? Asked of live rights (law 2). */
  mayPull(repository: RepositoryName): Promise<boolean>;
}

/** Blobs as a repository sees them: through its links only (law 2). */
export class Blobs {
  readonly #ports: RegistryPorts;

  constructor(ports: RegistryPorts) {
    this.#ports = ports;
  }

  /** For GET, and HEAD of a caller who only pulls. Throws BLOB_UNKNOWN. */
  async find(repository: RepositoryName, digest: Digest): Promise<StoredObject> {
    return (await this.#linked(repository, digest)).object;
  }

  /**
   * For HEAD of a caller who may push, and so may leave out the upload: renews a lease that runs low and compares the stored length
   * (law 4, I8). A copy that is missing or short answers like an absent blob, so that the client uploads and heals it. Throws BLOB_UNKNOWN.
   */
  async findForPush(repository: RepositoryName, digest: Digest): Promise<StoredObject> {
    const { object, leaseRunsLow } = await this.#linked(repository, digest);
    if (leaseRunsLow && !(await this.#ports.blobRecords.renewLease(repository, digest))) throw unknownBlob(digest);
    const stored = await this.#ports.blobStore.sealed.stat(object);
    if (stored === object.size) return object;
    this.#ports.report(
      new StoredObjectDamagedError(
        `${object.digest} has ${stored ?? 'no'} bytes stored instead of ${object.size}; the next push heals it.`,
      ),
      'comparing the stored length of a blob',
    );
    throw unknownBlob(digest);
  }

  /** Opens the bytes, or the range of them, for reading once. Throws UNKNOWN (500) when they are missing or short (I2). */
  async read(object: StoredObject, range?: ByteRange): Promise<BlobReader> {
    try {
      return await this.#ports.blobStore.sealed.open(object, range);
    } catch (cause) {
      if (cause instanceof StoredObjectMissingError || cause instanceof StoredObjectDamagedError) throw damagedBlob(object, cause);
      throw cause;
    }
  }

  /** Where the client itself may read for `seconds`, or undefined where the bytes come through us. */
  presign(object: StoredObject, seconds: number): Promise<string | undefined> {
    return this.#ports.blobStore.sealed.presign(object, seconds);
  }

  /** Links a blob that another repository holds. False when there is none that the caller may pull from: an upload starts then. */
  async mount(mount: Mount): Promise<boolean> {
    const { target, digest, source } = mount;
    const records = this.#ports.blobRecords;
    if (source !== undefined) return (await mount.mayPull(source)) && this.#link(source, target, digest);
    for (const holder of await records.holders(digest, MAX_HOLDERS)) {
      if ((await mount.mayPull(holder)) && (await this.#link(holder, target, digest))) return true;
    }
    return false;
  }

  /** An upload in its place would be refused too, so the refusal goes to the client at once. */
  async #link(source: RepositoryName, target: RepositoryName, digest: Digest): Promise<boolean> {
    const records = this.#ports.blobRecords;
    try {
      return await records.mount(source, target, digest);
    } catch (error) {
      if (error instanceof QuotaExceededError) await records.noteQuotaRefusal(error.refusal);
      throw error;
    }
  }

  /** Hides the blob from this repository at once. Throws BLOB_UNKNOWN, or UNSUPPORTED (405) while a manifest here uses it (law 8). */
  async delete(repository: RepositoryName, digest: Digest): Promise<void> {
    const outcome = await this.#ports.blobRecords.unlink(repository, digest);
    if (outcome === 'absent') throw unknownBlob(digest);
    if (outcome === 'in use') {
      throw new OciError('UNSUPPORTED', 'A manifest of this repository uses this blob, so it was kept. Delete the manifest first.', {
        headers: { allow: 'GET, HEAD' },
        detail: { digest },
      });
    }
  }

  async #linked(repository: RepositoryName, digest: Digest): Promise<LinkedBlob> {
    const linked = await this.#ports.blobRecords.findLinked(repository, digest);
    if (linked === undefined) throw unknownBlob(digest);
    return linked;
  }
}

function unknownBlob(digest: Digest): OciError {
  return new OciError('BLOB_UNKNOWN', 'This repository holds no blob with this digest.', { detail: { digest } });
}

function damagedBlob({ digest }: StoredObject, cause: Error): OciError {
  return new OciError('UNKNOWN', 'The stored bytes of this blob are missing or damaged. Push the image again to heal it.', {
    detail: { digest },
    cause,
  });
}
