import { disagrees, type ImportTarget, type IncomingFile, type PlaceOutcome, type PlannedManifest, type ReadFile } from '@berth/archives';
import { type Digest, digestAlgorithm, digestSoFar, OciError, type Reference, type RepositoryName, startHash, type Tag } from '@berth/oci';
import type { ActorKey, ByteSource, Registry } from '@berth/registry';

export interface Importing {
  readonly registry: Registry;
  readonly actor: ActorKey;
  /** Holds the blobs by leases until it is known where they belong; shows nothing to anybody as long as it has no manifest. */
  readonly staging: RepositoryName;
  /** Asked of live rights. */
  mayPull(repository: RepositoryName): Promise<boolean>;
  /** Told of each manifest that was put, by its tags or its digest; resolves when that is kept. */
  pushed(repository: RepositoryName, references: readonly Reference[]): Promise<void>;
}

/**
 * The registry as a place to import to, through the use cases of a push: quota, immutability, leases and the garbage of what broke off are
 * as there. Blobs go to the staging repository while the archive is read, since many archives tell last what they are parts of.
 */
export class RegistryImportTarget implements ImportTarget {
  readonly #importing: Importing;
  /** Blobs that were sent, not found. */
  readonly #sent = new Set<Digest>();

  constructor(importing: Importing) {
    this.#importing = importing;
  }

  store(file: IncomingFile): Promise<Digest> {
    return file.claimed === undefined ? this.#send(file) : this.#storeClaimed(file, file.claimed);
  }

  async place(repository: RepositoryName, { digest, bytes }: ReadFile): Promise<PlaceOutcome> {
    if (bytes !== undefined) return this.#placeBytes(repository, digest, bytes);
    const { registry, staging } = this.#importing;
    const outcome = this.#sent.has(digest) ? 'stored' : 'existed';
    if (repository === staging) return outcome;
    const linked = await registry.blobs.mount({ target: repository, digest, source: staging, mayPull: async () => true });
    if (!linked) throw new OciError('BLOB_UNKNOWN', 'A layer was collected while the archive was read. Nothing was imported; try again.');
    return outcome;
  }

  async putManifest(repository: RepositoryName, { digest, mediaType, bytes }: PlannedManifest, tags: readonly Tag[]): Promise<void> {
    const { registry, actor } = this.#importing;
    await registry.manifests.put({ repository, reference: { kind: 'digest', digest }, tags, bytes, contentType: mediaType, actor });
    registry.traffic?.pushed(repository);
    await this.#importing.pushed(repository, tags.length === 0 ? [{ kind: 'digest', digest }] : tags.map((tag) => ({ kind: 'tag', tag })));
  }

  async #storeClaimed(file: IncomingFile, claimed: Digest): Promise<Digest> {
    const { registry, actor, staging } = this.#importing;
    if (await this.#isHere(staging, claimed)) return hashed(file, claimed);
    try {
      await registry.uploads.push({ repository: staging, actor, digest: claimed }, { source: sourceOf(file) });
    } catch (error) {
      if (error instanceof OciError && error.code === 'DIGEST_INVALID') throw disagrees(file.name, computed(error, claimed));
      throw error;
    }
    this.#sent.add(claimed);
    return claimed;
  }

  /** Content whose digest is known only when all of it has passed. */
  async #send(file: IncomingFile): Promise<Digest> {
    const { registry, actor, staging: repository } = this.#importing;
    const { uploads } = registry;
    const { id } = await uploads.start({ repository, actor, algorithm: 'sha256' });
    const target = { id, repository, actor };
    try {
      const hash = startHash('sha256');
      await uploads.append(target, { source: sourceOf(file, (chunk) => hash.update(chunk)) });
      const digest = digestSoFar(hash, 'sha256');
      await uploads.finish(target, digest, { source: NOTHING });
      this.#sent.add(digest);
      return digest;
    } catch (error) {
      // Gone already where the upload itself was refused; what cannot be dropped now expires.
      await uploads.cancel(target).catch(() => undefined);
      throw error;
    }
  }

  async #placeBytes(repository: RepositoryName, digest: Digest, bytes: Buffer): Promise<PlaceOutcome> {
    const { registry, actor } = this.#importing;
    if (await this.#isHere(repository, digest)) return 'existed';
    await registry.uploads.push({ repository, actor, digest }, { source: sourceOfBytes(bytes) });
    return 'stored';
  }

  /** As a client asks before it sends a layer: linked here, or in a repository that the caller may pull from, and stored with its length. */
  async #isHere(repository: RepositoryName, digest: Digest): Promise<boolean> {
    const { registry, mayPull } = this.#importing;
    if (await isWhole(registry, repository, digest)) return true;
    return (
      (await registry.blobs.mount({ target: repository, digest, source: undefined, mayPull })) && isWhole(registry, repository, digest)
    );
  }
}

async function isWhole(registry: Registry, repository: RepositoryName, digest: Digest): Promise<boolean> {
  try {
    await registry.blobs.findForPush(repository, digest);
    return true;
  } catch (error) {
    if (error instanceof OciError && error.code === 'BLOB_UNKNOWN') return false;
    throw error;
  }
}

const NOTHING: ByteSource = { length: 0, copyTo: async () => undefined };

function sourceOf({ size, content }: IncomingFile, see: (chunk: Buffer) => void = () => undefined): ByteSource {
  return {
    length: size,
    copyTo: async (sink) => {
      for await (const chunk of content) {
        see(chunk);
        const wait = sink(chunk);
        if (wait !== undefined) await wait;
      }
    },
  };
}

function sourceOfBytes(bytes: Buffer): ByteSource {
  return { length: bytes.length, copyTo: async (sink) => sink(bytes) };
}

/** A copy that is here already is not written again, but an archive that lies about it is no whole archive. */
async function hashed(file: IncomingFile, claimed: Digest): Promise<Digest> {
  const algorithm = digestAlgorithm(claimed);
  const hash = startHash(algorithm);
  for await (const chunk of file.content) hash.update(chunk);
  const digest = digestSoFar(hash, algorithm);
  if (digest !== claimed) throw disagrees(file.name, digest);
  return digest;
}

function computed({ detail }: OciError, claimed: Digest): Digest {
  return (detail as { computed?: Digest } | undefined)?.computed ?? claimed;
}
