import { digestAlgorithm, digestSoFar, startHash, type RepositoryName } from '@berth/oci';
import type { Checkpoint, StoredObject } from '../ports/blob-store.ts';
import { StorageFailedError, StoredObjectDamagedError, StoredObjectMissingError } from '../ports/storage-errors.ts';
import type { UploadSession } from '../ports/upload-sessions.ts';
import type { RegistryPorts } from '../registry-ports.ts';

/** The last step of an upload: one copy of the bytes, durable, then the rows (laws 1 and 3; I8 heals a damaged copy). */
export class UploadSealing {
  readonly #ports: RegistryPorts;

  constructor(ports: RegistryPorts) {
    this.#ports = ports;
  }

  /** `object` describes the pending bytes of `session`, whose digest was compared. */
  async seal(session: UploadSession, object: StoredObject, from: Checkpoint): Promise<void> {
    const { blobRecords, blobStore } = this.#ports;
    const known = await blobRecords.findAnywhere(object.digest);
    const sound = known !== undefined && (await this.#isSound(known, session.repository));
    if (sound && (await blobRecords.commitKnown(session, known))) {
      await this.#tidy(() => blobStore.pending.discard(session.key, from), 'dropping the second copy of a blob');
      return;
    }
    await blobStore.pending.seal(object, from);
    const { outcome } = await blobRecords.commitUpload(session, object, sound ? undefined : known);
    if (outcome === 'duplicate') await this.#tidy(() => blobStore.sealed.remove(object), 'removing the second copy of a blob');
  }

  /**
   * Is the stored copy whole? Its length is always compared. Its content is read when this repository already holds the blob: a client
   * that uploads what HEAD would have shown it has a reason to doubt the copy, and this is how a flipped bit heals.
   */
  async #isSound(known: StoredObject, repository: RepositoryName): Promise<boolean> {
    const { blobRecords, blobStore } = this.#ports;
    if ((await blobStore.sealed.stat(known)) !== known.size) return false;
    if ((await blobRecords.findLinked(repository, known.digest)) === undefined) return true;
    return this.#hasItsDigest(known);
  }

  async #hasItsDigest(object: StoredObject): Promise<boolean> {
    const algorithm = digestAlgorithm(object.digest);
    const hash = startHash(algorithm);
    try {
      const reader = await this.#ports.blobStore.sealed.open(object);
      await reader.copyTo((chunk) => {
        hash.update(chunk);
        return Promise.resolve();
      });
    } catch (error) {
      if (error instanceof StoredObjectMissingError || error instanceof StoredObjectDamagedError) return false;
      if (!(error instanceof StorageFailedError)) throw error;
      // A bad sector is healed like a flipped bit: the bytes at hand are whole. Where all of the storage fails, sealing them does, too.
      this.#ports.report(error, 'reading the stored copy of a blob that is uploaded again');
      return false;
    }
    return digestSoFar(hash, algorithm) === object.digest;
  }

  /** After the commit the upload has succeeded; bytes left over are reported, not the client's trouble. */
  async #tidy(remove: () => Promise<void>, doing: string): Promise<void> {
    try {
      await remove();
    } catch (error) {
      this.#ports.report(error, doing);
    }
  }
}
