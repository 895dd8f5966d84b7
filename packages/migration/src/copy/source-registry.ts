import { type Digest, isDigest, parseDigest, parseRepositoryName, type Reference, type RepositoryName } from '@berth/oci';
import { type RegistryClient, RegistryContentError, RegistryRefusedError } from '@berth/registry-client';

/** A repository's name at the source, which may have no project. */
export type SourceName = RepositoryName;

/** Throws OciError for what is no name of a repository anywhere. */
export function parseSourceName(text: string): SourceName {
  parseRepositoryName(text.includes('/') ? text : `project/${text}`);
  return text as SourceName;
}

export interface Described {
  readonly digest: Digest;
  readonly mediaType: string;
}

type SourceManifest = NonNullable<Awaited<ReturnType<RegistryClient['manifest']>>>;

/** The registry that is read. Its refusals say that they are its own, since those of the destination look alike. */
export class SourceRegistry {
  readonly #client: RegistryClient;

  constructor(client: RegistryClient) {
    this.#client = client;
  }

  /** What a name stands for now; undefined when it is not there. */
  describe(repository: SourceName, reference: Reference): Promise<Described | undefined> {
    return this.#told(this.#client.describe(repository, reference));
  }

  /** Rejects with RegistryContentError where it is not there. */
  async manifest(repository: SourceName, digest: Digest): Promise<SourceManifest> {
    const manifest = await this.#told(this.#client.manifest(repository, { kind: 'digest', digest }));
    if (manifest === undefined) throw new RegistryContentError(`The source does not have the manifest ${digest}.`);
    return manifest;
  }

  hasBlob(repository: SourceName, digest: Digest): Promise<boolean> {
    return this.#told(this.#client.hasBlob(repository, digest, 'pull'));
  }

  async *blob(repository: SourceName, digest: Digest): AsyncGenerator<Buffer> {
    try {
      yield* this.#client.blob(repository, digest);
    } catch (error) {
      throw ofSource(error);
    }
  }

  /** Names of all repositories that it shows to whoever signed in. */
  async *catalog(): AsyncGenerator<string> {
    try {
      yield* this.#client.catalog();
    } catch (error) {
      throw ofSource(error);
    }
  }

  async *tags(repository: SourceName): AsyncGenerator<string> {
    try {
      yield* this.#client.tags(repository);
    } catch (error) {
      throw ofSource(error);
    }
  }

  async *referrers(repository: SourceName, subject: Digest): AsyncGenerator<Described> {
    try {
      for await (const { digest, mediaType } of this.#client.referrers(repository, subject))
        if (isDigest(digest)) yield { digest: parseDigest(digest), mediaType };
    } catch (error) {
      throw ofSource(error);
    }
  }

  async #told<Answer>(asked: Promise<Answer>): Promise<Answer> {
    try {
      return await asked;
    } catch (error) {
      throw ofSource(error);
    }
  }
}

function ofSource(error: unknown): unknown {
  if (!(error instanceof RegistryRefusedError)) return error;
  return new RegistryRefusedError(`The source refuses: ${error.message}`, { status: error.status, code: error.code });
}
