import type { ExportManifest, ExportSource } from '@berth/archives';
import { type Digest, digestAlgorithm, digestSoFar, OciError, type RepositoryName, startHash } from '@berth/oci';
import { type Registry, StoredObjectDamagedError } from '@berth/registry';
import { pulled } from './pulled.ts';

/** Reads what an archive is made of out of the registry; places are repositories. */
export class RegistryExportSource implements ExportSource<RepositoryName> {
  readonly #registry: Pick<Registry, 'manifests' | 'blobs'>;

  constructor(registry: Pick<Registry, 'manifests' | 'blobs'>) {
    this.#registry = registry;
  }

  async manifest(repository: RepositoryName, digest: Digest): Promise<ExportManifest | undefined> {
    try {
      return await this.#registry.manifests.find(repository, { kind: 'digest', digest });
    } catch (error) {
      if (error instanceof OciError && error.code === 'MANIFEST_UNKNOWN') return undefined;
      throw error;
    }
  }

  async small(repository: RepositoryName, digest: Digest, limit: number): Promise<Buffer | undefined> {
    const object = await this.#registry.blobs.find(repository, digest);
    if (object.size > limit) return undefined;
    const chunks: Buffer[] = [];
    for await (const chunk of this.open(repository, digest)) chunks.push(chunk);
    return Buffer.concat(chunks);
  }

  /** Rejects when the stored bytes are not what the digest says: an archive leaves the house and should be right. */
  async *open(repository: RepositoryName, digest: Digest): AsyncGenerator<Buffer> {
    const { blobs } = this.#registry;
    const reader = await blobs.read(await blobs.find(repository, digest));
    const algorithm = digestAlgorithm(digest);
    const hash = startHash(algorithm);
    for await (const chunk of pulled((sink) => reader.copyTo(sink))) {
      hash.update(chunk);
      yield chunk;
    }
    if (digestSoFar(hash, algorithm) !== digest)
      throw new StoredObjectDamagedError(`${digest} is stored with other content, so the archive with it was broken off.`);
  }
}
