import { createReadStream } from 'node:fs';
import { disagrees, type ImportTarget, type IncomingFile, type PlaceOutcome, type PlannedManifest, type ReadFile } from '@berth/archives';
import { type Digest, digestAlgorithm, digestSoFar, type RepositoryName, startHash, type Tag } from '@berth/oci';
import type { RegistryClient } from '@berth/registry-client';
import type { Location, PlainArchive } from './plain-archive.ts';

/** Looks at the whole archive before anything is sent, and then sends only what the registry does not have. */
export class ClientTarget implements ImportTarget {
  readonly #client: RegistryClient;
  readonly #archive: PlainArchive;
  readonly #locations = new Map<Digest, Location>();
  readonly #onBytes: (bytes: number) => void;

  constructor(client: RegistryClient, archive: PlainArchive, onBytes: (bytes: number) => void) {
    this.#client = client;
    this.#archive = archive;
    this.#onBytes = onBytes;
  }

  async store(file: IncomingFile): Promise<Digest> {
    const algorithm = file.claimed === undefined ? 'sha256' : digestAlgorithm(file.claimed);
    const hash = startHash(algorithm);
    for await (const chunk of file.content) hash.update(chunk);
    const digest = digestSoFar(hash, algorithm);
    if (file.claimed !== undefined && file.claimed !== digest) throw disagrees(file.name, digest);
    this.#locations.set(digest, this.#archive.locate(file));
    return digest;
  }

  async place(repository: RepositoryName, { digest, size, bytes }: ReadFile): Promise<PlaceOutcome> {
    if (await this.#client.hasBlob(repository, digest)) return 'existed';
    await this.#client.pushBlob(repository, { digest, size, open: () => this.#open({ digest, size, bytes }) });
    return 'stored';
  }

  async putManifest(repository: RepositoryName, manifest: PlannedManifest, tags: readonly Tag[]): Promise<void> {
    if (tags.length === 0) await this.#client.pushManifest(repository, { kind: 'digest', digest: manifest.digest }, manifest);
    for (const tag of tags) await this.#client.pushManifest(repository, { kind: 'tag', tag }, manifest);
  }

  async *#open({ digest, size, bytes }: { digest: Digest; size: number; bytes: Buffer | undefined }): AsyncGenerator<Buffer> {
    const location = this.#locations.get(digest);
    if (bytes !== undefined) yield bytes;
    else if (size > 0 && location !== undefined) {
      const { path, offset } = location;
      for await (const chunk of createReadStream(path, {
        start: offset,
        end: offset + size - 1,
        highWaterMark: 1024 * 1024,
      }) as AsyncIterable<Buffer>) {
        this.#onBytes(chunk.length);
        yield chunk;
      }
    }
  }
}
