import { Agent, type IncomingHttpHeaders, request as httpRequest } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { Readable } from 'node:stream';
import { sha256 } from './random-bytes.ts';

export const OCI_MANIFEST = 'application/vnd.oci.image.manifest.v1+json';
export const OCI_INDEX = 'application/vnd.oci.image.index.v1+json';
export const OCI_CONFIG = 'application/vnd.oci.image.config.v1+json';
export const OCI_LAYER = 'application/vnd.oci.image.layer.v1.tar';
export const OCI_EMPTY = 'application/vnd.oci.empty.v1+json';

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

export interface Ask {
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array | string | Readable;
  /** Give up after this long; default one minute. */
  readonly timeoutMs?: number;
}

export interface Descriptor {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
}

/** The answer was not the one that was asked for; says what it was. */
export class AnswerError extends Error {
  readonly answer: Answer;
  constructor(what: string, answer: Answer) {
    super(`${what} answered ${answer.status}: ${answer.body.subarray(0, 500).toString()}`);
    this.name = 'AnswerError';
    this.answer = answer;
  }
}

/**
 * A registry client of our own, written from the specification: it logs in as docker does (a challenge, then a token, kept until it is
 * refused) and lets a test see every answer. One client is one user; it speaks to one registry.
 */
export class RegistryClient {
  readonly url: string;
  readonly #credentials: { readonly user: string; readonly password: string } | undefined;
  readonly #tokens = new Map<string, string>();
  readonly #agent: Agent | HttpsAgent;

  constructor(url: string, credentials?: { readonly user: string; readonly password: string }, ca?: Buffer) {
    this.url = url;
    this.#credentials = credentials;
    this.#agent = url.startsWith('https:')
      ? new HttpsAgent({ keepAlive: true, ...(ca === undefined ? {} : { ca }) })
      : new Agent({ keepAlive: true });
  }

  close(): void {
    this.#agent.destroy();
  }

  /** One exchange, without credentials and without following anything. `target` is a path or an absolute URL on this registry. */
  async plain(method: string, target: string, ask: Ask = {}): Promise<Answer> {
    const url = new URL(target, this.url);
    const send = url.protocol === 'https:' ? httpsRequest : httpRequest;
    return new Promise<Answer>((resolve, reject) => {
      const outgoing = send(url, { method, agent: this.#agent, headers: { ...ask.headers } }, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks) }));
        response.on('close', () => {
          if (!response.complete) reject(new Error(`${method} ${target}: the answer was cut short.`));
        });
      });
      outgoing.setTimeout(ask.timeoutMs ?? 60_000, () => outgoing.destroy(new Error(`${method} ${target}: no answer in time.`)));
      outgoing.on('error', reject);
      if (ask.body instanceof Readable) ask.body.on('error', reject).pipe(outgoing);
      else {
        if (ask.body !== undefined && ask.headers?.['content-length'] === undefined)
          outgoing.setHeader('content-length', Buffer.byteLength(ask.body));
        outgoing.end(ask.body);
      }
    });
  }

  /** One exchange with this client's credentials: the token of an earlier one, or a new one for what the challenge asks. */
  async ask(method: string, target: string, ask: Ask = {}): Promise<Answer> {
    const scopeKey = `${new URL(target, this.url).pathname.split(/\/(?:blobs|manifests|tags|referrers)\//)[0]} ${method === 'GET' || method === 'HEAD' ? 'pull' : method === 'DELETE' ? 'delete' : 'push'}`;
    let token = this.#tokens.get(scopeKey);
    // A stream can be sent once only, so the token for it must be known before.
    if (token === undefined && ask.body instanceof Readable) {
      const challenge = await this.plain(method === 'PATCH' || method === 'PUT' ? method : 'GET', target);
      token = await this.#answerChallenge(challenge);
      if (token !== undefined) this.#tokens.set(scopeKey, token);
    }
    const first = await this.plain(method, target, withToken(ask, token));
    if (first.status !== 401 || ask.body instanceof Readable) return first;
    token = await this.#answerChallenge(first);
    if (token === undefined) return first;
    this.#tokens.set(scopeKey, token);
    return this.plain(method, target, withToken(ask, token));
  }

  /** Asks the token endpoint for a scope such as `repository:demo/app:pull,push`; answers what it said. */
  async tokenAnswer(scopes: readonly string[]): Promise<Answer> {
    const challenge = parseChallenge((await this.plain('GET', '/v2/')).headers['www-authenticate'] ?? '');
    const url = new URL(challenge.realm ?? '', this.url);
    if (challenge.service !== undefined) url.searchParams.set('service', challenge.service);
    for (const scope of scopes) url.searchParams.append('scope', scope);
    return this.plain('GET', url.href, { headers: this.basic() });
  }

  async token(scopes: readonly string[]): Promise<string> {
    const answer = await this.tokenAnswer(scopes);
    return tokenIn(expectStatus('GET token', answer, 200));
  }

  basic(): Record<string, string> {
    if (this.#credentials === undefined) return {};
    return { authorization: `Basic ${Buffer.from(`${this.#credentials.user}:${this.#credentials.password}`).toString('base64')}` };
  }

  async #answerChallenge(refused: Answer): Promise<string | undefined> {
    const challenge = parseChallenge(refused.headers['www-authenticate'] ?? '');
    if (challenge.realm === undefined) return undefined;
    const url = new URL(challenge.realm, this.url);
    if (challenge.service !== undefined) url.searchParams.set('service', challenge.service);
    if (challenge.scope !== undefined) url.searchParams.set('scope', challenge.scope);
    const answer = await this.plain('GET', url.href, { headers: this.basic() });
    // No refusal, and not to be mistaken for one: the server could not say.
    if (answer.status >= 500) throw new AnswerError('GET token', answer);
    return answer.status === 200 ? tokenIn(answer) : undefined;
  }

  /** Stores a blob with POST and PUT, as docker does for what it has in memory. */
  async pushBlob(repository: string, bytes: Uint8Array | string, mediaType = OCI_LAYER): Promise<Descriptor> {
    const digest = sha256(bytes);
    const location = await this.startUpload(repository);
    expectStatus(
      `PUT blob ${digest}`,
      await this.ask('PUT', withQuery(location, { digest }), { body: bytes, headers: { 'content-type': 'application/octet-stream' } }),
      201,
    );
    return { mediaType, digest, size: Buffer.byteLength(bytes) };
  }

  /** Opens an upload; answers the location to write to. */
  async startUpload(repository: string): Promise<string> {
    const started = expectStatus('POST uploads', await this.ask('POST', `/v2/${repository}/blobs/uploads/`), 202);
    const location = started.headers.location;
    if (location === undefined) throw new AnswerError('POST uploads without a Location', started);
    return location;
  }

  async putManifest(repository: string, reference: string, manifest: unknown, mediaType = OCI_MANIFEST): Promise<Descriptor> {
    const bytes = typeof manifest === 'string' ? manifest : JSON.stringify(manifest);
    const digest = sha256(bytes);
    const target = `/v2/${repository}/manifests/${reference === '' ? digest : reference}`;
    expectStatus(`PUT manifest ${reference}`, await this.ask('PUT', target, { body: bytes, headers: { 'content-type': mediaType } }), 201);
    return { mediaType, digest, size: Buffer.byteLength(bytes) };
  }

  async getManifest(repository: string, reference: string): Promise<Answer> {
    const accept = [
      OCI_MANIFEST,
      OCI_INDEX,
      'application/vnd.docker.distribution.manifest.v2+json',
      'application/vnd.docker.distribution.manifest.list.v2+json',
    ];
    return this.ask('GET', `/v2/${repository}/manifests/${reference}`, { headers: { accept: accept.join(', ') } });
  }

  async getBlob(repository: string, digest: string): Promise<Answer> {
    return this.ask('GET', `/v2/${repository}/blobs/${digest}`);
  }

  /** A one-layer image, pushed: config, layer, manifest, tag. */
  async pushImage(repository: string, tag: string, layer: Uint8Array | string): Promise<Descriptor> {
    const layerDescriptor = await this.pushBlob(repository, layer);
    const config = await this.pushBlob(
      repository,
      JSON.stringify({ architecture: 'amd64', os: 'linux', rootfs: { type: 'layers', diff_ids: [layerDescriptor.digest] } }),
      OCI_CONFIG,
    );
    return this.putManifest(repository, tag, { schemaVersion: 2, mediaType: OCI_MANIFEST, config, layers: [layerDescriptor] });
  }
}

/** Throws AnswerError, with the body, when the status is another. */
export function expectStatus(what: string, answer: Answer, ...statuses: readonly number[]): Answer {
  if (!statuses.includes(answer.status)) throw new AnswerError(`${what} (wanted ${statuses.join(' or ')})`, answer);
  return answer;
}

export function withQuery(location: string, parameters: Readonly<Record<string, string>>): string {
  const query = new URLSearchParams(parameters).toString();
  return location + (location.includes('?') ? '&' : '?') + query;
}

function withToken(ask: Ask, token: string | undefined): Ask {
  return token === undefined ? ask : { ...ask, headers: { ...ask.headers, authorization: `Bearer ${token}` } };
}

function tokenIn(answer: Answer): string {
  const body = JSON.parse(answer.body.toString()) as { token?: string; access_token?: string };
  const token = body.token ?? body.access_token;
  if (token === undefined) throw new AnswerError('The token endpoint without a token', answer);
  return token;
}

function parseChallenge(header: string): Partial<Record<'realm' | 'service' | 'scope', string>> {
  if (!/^bearer /i.test(header)) return {};
  return Object.fromEntries([...header.matchAll(/(realm|service|scope)="([^"]*)"/g)].map((match) => [match[1], match[2]]));
}
