import type { IncomingMessage } from 'node:http';
import type { ExportManifest } from '@berth/archives';
import {
  type Digest,
  digestAlgorithm,
  digestOfBytes,
  digestSoFar,
  DOCKER_MANIFEST,
  DOCKER_MANIFEST_LIST,
  MAX_MANIFEST_BYTES,
  OCI_INDEX,
  OCI_MANIFEST,
  parseDigest,
  type Reference,
  referenceText,
  type RepositoryName,
  startHash,
} from '@berth/oci';
import { RegistryContentError } from './errors.ts';
import { pagesOf } from './listing.ts';
import { readAll } from './read-all.ts';
import { type Access, expectStatus, type RegistryOptions, RegistrySession } from './registry-session.ts';

const ACCEPT = [OCI_INDEX, OCI_MANIFEST, DOCKER_MANIFEST_LIST, DOCKER_MANIFEST].join(', ');
const MAX_REDIRECTS = 3;
/** Asked for in one page of a list. */
const LISTED = 1000;
/** How often a blob that breaks off is gone on with. */
const RESUMES = 5;

export interface BlobToPush {
  readonly digest: Digest;
  /** Bytes. */
  readonly size: number;
  /** From the beginning, each time. */
  open(): AsyncIterable<Buffer>;
}

/** A registry as its clients see it: any that speaks the OCI distribution specification. Rejects with the errors of this package. */
export class RegistryClient {
  readonly #session: RegistrySession;

  constructor(options: RegistryOptions) {
    this.#session = new RegistrySession(options);
  }

  /** Where it is. */
  get origin(): URL {
    return this.#session.origin;
  }

  close(): void {
    this.#session.transport.close();
  }

  /** Undefined when it is not there. */
  async manifest(repository: RepositoryName, reference: Reference): Promise<ExportManifest | undefined> {
    const path = `manifests/${referenceText(reference)}`;
    const answer = await this.#session.ask({ method: 'GET', repository, access: 'pull', path, headers: { accept: ACCEPT } });
    if (answer.statusCode === 404) return skipped(answer);
    await expectStatus(answer, 200);
    const bytes = await readAll(answer, MAX_MANIFEST_BYTES);
    const told = answer.headers['docker-content-digest'];
    const digest = reference.kind === 'digest' ? reference.digest : typeof told === 'string' ? parseDigest(told) : digestOfBytes(bytes);
    if (digestOfBytes(bytes, digestAlgorithm(digest)) !== digest)
      throw new RegistryContentError(`${this.origin.host} delivered a manifest that is not ${digest}.`);
    return { digest, mediaType: answer.headers['content-type'] ?? '', bytes };
  }

  /** What a name stands for now; undefined when it is not there. */
  async describe(
    repository: RepositoryName,
    reference: Reference,
  ): Promise<{ readonly digest: Digest; readonly mediaType: string } | undefined> {
    const path = `manifests/${referenceText(reference)}`;
    const answer = await this.#session.ask({ method: 'HEAD', repository, access: 'pull', path, headers: { accept: ACCEPT } });
    if (answer.statusCode === 404) return skipped(answer);
    await expectStatus(answer, 200);
    answer.resume();
    const { 'docker-content-digest': told, 'content-type': mediaType = '' } = answer.headers;
    if (reference.kind === 'digest') return { digest: reference.digest, mediaType };
    return typeof told === 'string' ? { digest: parseDigest(told), mediaType } : this.manifest(repository, reference);
  }

  /** All tags, in the registry's order; none of a repository that is not there. */
  tags(repository: RepositoryName): AsyncGenerator<string> {
    const url = new URL(`/v2/${repository}/tags/list?n=${LISTED}`, this.origin);
    return pagesOf(this.#session, { url, scope: `repository:${repository}:pull`, field: 'tags' }, textOf);
  }

  /** What names this manifest as its subject; nothing where a registry does not tell (distribution-spec 1.1, "Listing Referrers"). */
  referrers(repository: RepositoryName, subject: Digest): AsyncGenerator<{ readonly digest: string; readonly mediaType: string }> {
    const url = new URL(`/v2/${repository}/referrers/${subject}`, this.origin);
    return pagesOf(this.#session, { url, scope: `repository:${repository}:pull`, field: 'manifests' }, (value) => {
      const { digest, mediaType } = (value ?? {}) as { digest?: unknown; mediaType?: unknown };
      return typeof digest === 'string' ? { digest, mediaType: textOf(mediaType) ?? '' } : undefined;
    });
  }

  /** Names of all repositories that the registry shows. */
  catalog(): AsyncGenerator<string> {
    const url = new URL(`/v2/_catalog?n=${LISTED}`, this.origin);
    return pagesOf(this.#session, { url, scope: 'registry:catalog:*', field: 'repositories' }, textOf);
  }

  /** Exactly the blob, its digest checked. A connection that breaks is made again, and goes on where it broke. */
  async *blob(repository: RepositoryName, digest: Digest): AsyncGenerator<Buffer> {
    const hash = startHash(digestAlgorithm(digest));
    let offset = 0;
    for (let resumes = 0; ; resumes += 1) {
      try {
        for await (const chunk of await this.#openBlob(repository, digest, offset)) {
          hash.update(chunk);
          offset += chunk.length;
          yield chunk;
        }
        break;
      } catch (error) {
        if (resumes === RESUMES || !brokeOff(error)) throw error;
      }
    }
    if (digestSoFar(hash, digestAlgorithm(digest)) !== digest)
      throw new RegistryContentError(`${this.origin.host} delivered other content than ${digest}.`);
  }

  async hasBlob(repository: RepositoryName, digest: Digest, access: Access = 'pull,push'): Promise<boolean> {
    const answer = await this.#session.ask({ method: 'HEAD', repository, access, path: `blobs/${digest}` });
    answer.resume();
    if (answer.statusCode !== 404) await expectStatus(answer, 200);
    return answer.statusCode === 200;
  }

  /**
   * Sends a blob. With `mount`, the registry is asked first to take it from another repository of its own, wherever that is
   * (distribution-spec 1.1, "Mounting a blob from another repository", without `from`).
   */
  async pushBlob(repository: RepositoryName, { digest, size, open }: BlobToPush, mount = false): Promise<'stored' | 'mounted'> {
    const start = mount ? `blobs/uploads/?mount=${encodeURIComponent(digest)}` : 'blobs/uploads/';
    const started = await this.#session.ask({ method: 'POST', repository, access: 'pull,push', path: start, body: Buffer.alloc(0) });
    if (mount && started.statusCode === 201) {
      started.resume();
      return 'mounted';
    }
    await expectStatus(started, 202);
    started.resume();
    const path = new URL(started.headers.location ?? '', this.origin);
    path.searchParams.set('digest', digest);
    const headers = { 'content-type': 'application/octet-stream', 'content-length': String(size) };
    const finished = await this.#session.ask({ method: 'PUT', repository, access: 'pull,push', path, headers, body: open });
    await expectStatus(finished, 201);
    finished.resume();
    return 'stored';
  }

  async pushManifest(
    repository: RepositoryName,
    reference: Reference,
    { bytes, mediaType }: Omit<ExportManifest, 'digest'>,
  ): Promise<void> {
    const path = `manifests/${referenceText(reference)}`;
    const headers = { 'content-type': mediaType };
    const answer = await this.#session.ask({ method: 'PUT', repository, access: 'pull,push', path, headers, body: bytes });
    await expectStatus(answer, 201);
    answer.resume();
  }

  async #openBlob(repository: RepositoryName, digest: Digest, offset: number): Promise<AsyncIterable<Buffer>> {
    const headers: Record<string, string> = offset === 0 ? {} : { range: `bytes=${offset}-` };
    let answer = await this.#session.ask({ method: 'GET', repository, access: 'pull', path: `blobs/${digest}`, headers });
    for (let hops = 0; isRedirect(answer) && hops < MAX_REDIRECTS; hops += 1) {
      answer.resume();
      // To where the bytes are, which has its own proof in the address: ours stays here.
      const url = new URL(answer.headers.location ?? '', this.origin);
      answer = await this.#session.transport.send({ method: 'GET', url, headers });
    }
    await expectStatus(answer, offset === 0 ? 200 : 206);
    return answer as AsyncIterable<Buffer>;
  }
}

function isRedirect({ statusCode, headers }: IncomingMessage): boolean {
  return statusCode !== undefined && [301, 302, 303, 307, 308].includes(statusCode) && headers.location !== undefined;
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function skipped(answer: IncomingMessage): undefined {
  answer.resume();
  return undefined;
}

function brokeOff(error: unknown): boolean {
  // What could not be reached was tried often enough.
  return ['ECONNRESET', 'ERR_STREAM_PREMATURE_CLOSE', 'ETIMEDOUT', 'EPIPE'].includes(String((error as { code?: unknown }).code));
}
