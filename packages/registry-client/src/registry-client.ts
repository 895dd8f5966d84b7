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
import { RegistryContentError, RegistryRefusedError, RegistryUnreachableError } from './errors.ts';
import { readAll } from './read-all.ts';
import { type Credentials, Tokens } from './tokens.ts';
import { type Outgoing, Transport, type TransportOptions } from './transport.ts';

const ACCEPT = [OCI_INDEX, OCI_MANIFEST, DOCKER_MANIFEST_LIST, DOCKER_MANIFEST].join(', ');
const MAX_ERROR = 256 * 1024;
const MAX_REDIRECTS = 3;
/** How often a blob that breaks off is gone on with. */
const RESUMES = 5;

export interface RegistryOptions extends TransportOptions {
  /** `http://host:port` or `https://host:port`. */
  readonly origin: URL;
  readonly credentials?: Credentials | undefined;
}

export interface BlobToPush {
  readonly digest: Digest;
  /** Bytes. */
  readonly size: number;
  /** From the beginning, each time. */
  open(): AsyncIterable<Buffer>;
}

type Access = 'pull' | 'pull,push';

interface Ask extends Omit<Outgoing, 'url'> {
  readonly repository: RepositoryName;
  readonly access: Access;
  /** Below /v2/<repository>/, or whole. */
  readonly path: string | URL;
}

/** A registry as its clients see it: any that speaks the OCI distribution specification. Rejects with the errors of this package. */
export class RegistryClient {
  readonly #origin: URL;
  readonly #transport: Transport;
  readonly #tokens: Tokens;

  constructor({ origin, credentials, ...options }: RegistryOptions) {
    this.#origin = origin;
    this.#transport = new Transport(options);
    this.#tokens = new Tokens(this.#transport, origin, credentials);
  }

  close(): void {
    this.#transport.close();
  }

  /** Undefined when it is not there. */
  async manifest(repository: RepositoryName, reference: Reference): Promise<ExportManifest | undefined> {
    const path = `manifests/${referenceText(reference)}`;
    const answer = await this.#ask({ method: 'GET', repository, access: 'pull', path, headers: { accept: ACCEPT } });
    if (answer.statusCode === 404) return skipped(answer);
    await expectStatus(answer, 200);
    const bytes = await readAll(answer, MAX_MANIFEST_BYTES);
    const told = answer.headers['docker-content-digest'];
    const digest = reference.kind === 'digest' ? reference.digest : typeof told === 'string' ? parseDigest(told) : digestOfBytes(bytes);
    if (digestOfBytes(bytes, digestAlgorithm(digest)) !== digest)
      throw new RegistryContentError(`${this.#origin.host} delivered a manifest that is not ${digest}.`);
    return { digest, mediaType: answer.headers['content-type'] ?? '', bytes };
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
      throw new RegistryContentError(`${this.#origin.host} delivered other content than ${digest}.`);
  }

  async hasBlob(repository: RepositoryName, digest: Digest): Promise<boolean> {
    const answer = await this.#ask({ method: 'HEAD', repository, access: 'pull,push', path: `blobs/${digest}` });
    answer.resume();
    if (answer.statusCode !== 404) await expectStatus(answer, 200);
    return answer.statusCode === 200;
  }

  async pushBlob(repository: RepositoryName, { digest, size, open }: BlobToPush): Promise<void> {
    const started = await this.#ask({ method: 'POST', repository, access: 'pull,push', path: 'blobs/uploads/', body: Buffer.alloc(0) });
    await expectStatus(started, 202);
    started.resume();
    const path = new URL(started.headers.location ?? '', this.#origin);
    path.searchParams.set('digest', digest);
    const headers = { 'content-type': 'application/octet-stream', 'content-length': String(size) };
    const finished = await this.#ask({ method: 'PUT', repository, access: 'pull,push', path, headers, body: open });
    await expectStatus(finished, 201);
    finished.resume();
  }

  async pushManifest(
    repository: RepositoryName,
    reference: Reference,
    { bytes, mediaType }: Omit<ExportManifest, 'digest'>,
  ): Promise<void> {
    const path = `manifests/${referenceText(reference)}`;
    const headers = { 'content-type': mediaType };
    const answer = await this.#ask({ method: 'PUT', repository, access: 'pull,push', path, headers, body: bytes });
    await expectStatus(answer, 201);
    answer.resume();
  }

  async #openBlob(repository: RepositoryName, digest: Digest, offset: number): Promise<AsyncIterable<Buffer>> {
    const headers: Record<string, string> = offset === 0 ? {} : { range: `bytes=${offset}-` };
    let answer = await this.#ask({ method: 'GET', repository, access: 'pull', path: `blobs/${digest}`, headers });
    for (let hops = 0; isRedirect(answer) && hops < MAX_REDIRECTS; hops += 1) {
      answer.resume();
      // To where the bytes are, which has its own proof in the address: ours stays here.
      const url = new URL(answer.headers.location ?? '', this.#origin);
      answer = await this.#transport.send({ method: 'GET', url, headers });
    }
    await expectStatus(answer, offset === 0 ? 200 : 206);
    return answer as AsyncIterable<Buffer>;
  }

  async #ask({ repository, access, path, headers = {}, ...outgoing }: Ask): Promise<IncomingMessage> {
    const scope = `repository:${repository}:${access}`;
    const url = typeof path === 'string' ? new URL(`/v2/${repository}/${path}`, this.#origin) : path;
    // A redirect or an upload may lead elsewhere: what proves who we are stays with the registry it is for.
    const ours = url.host === this.#origin.host && url.protocol === this.#origin.protocol;
    const send = (authorization: string | undefined): Promise<IncomingMessage> =>
      this.#transport.send({
        ...outgoing,
        url,
        headers: { ...headers, ...(authorization === undefined || !ours ? {} : { authorization }) },
      });
    const answer = await send(this.#tokens.known(scope));
    if (answer.statusCode !== 401) return answer;
    answer.resume();
    const authorization = await this.#tokens.answer(answer.headers['www-authenticate'], scope);
    return authorization === undefined ? answer : send(authorization);
  }
}

function isRedirect({ statusCode, headers }: IncomingMessage): boolean {
  return statusCode !== undefined && [301, 302, 303, 307, 308].includes(statusCode) && headers.location !== undefined;
}

function skipped(answer: IncomingMessage): undefined {
  answer.resume();
  return undefined;
}

function brokeOff(error: unknown): boolean {
  return (
    error instanceof RegistryUnreachableError ||
    ['ECONNRESET', 'ERR_STREAM_PREMATURE_CLOSE', 'ETIMEDOUT', 'EPIPE'].includes(String((error as { code?: unknown }).code))
  );
}

/** Rejects with the registry's own sentence. */
async function expectStatus(answer: IncomingMessage, wanted: number): Promise<void> {
  const status = answer.statusCode ?? 0;
  if (status === wanted) return;
  const text = answer.readableEnded ? '' : (await readAll(answer, MAX_ERROR)).toString();
  const { code, message } = firstError(text);
  throw new RegistryRefusedError(message === '' ? `The registry answered ${status} instead of ${wanted}.` : message, { status, code });
}

function firstError(text: string): { code: string; message: string } {
  try {
    const [first] = (JSON.parse(text) as { errors?: { code?: unknown; message?: unknown }[] }).errors ?? [];
    return { code: String(first?.code ?? ''), message: String(first?.message ?? '') };
  } catch (error) {
    // Proxies answer in HTML.
    if (error instanceof SyntaxError) return { code: '', message: '' };
    throw error;
  }
}
