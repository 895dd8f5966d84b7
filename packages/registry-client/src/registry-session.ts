import type { IncomingMessage } from 'node:http';
import type { RepositoryName } from '@berth/oci';
import { RegistryRefusedError } from './errors.ts';
import { refusalOf } from './refusal.ts';
import { type Login, Tokens } from './tokens.ts';
import { type Outgoing, Transport, type TransportOptions } from './transport.ts';

export interface RegistryOptions extends TransportOptions {
  /** `http://host:port` or `https://host:port`. */
  readonly origin: URL;
  readonly credentials?: Login | undefined;
}

export type Access = 'pull' | 'pull,push';

export interface Ask extends Omit<Outgoing, 'url'> {
  readonly repository: RepositoryName;
  readonly access: Access;
  /** Below /v2/<repository>/, or whole. */
  readonly path: string | URL;
}

/** Requests to one registry that prove who asks. */
export class RegistrySession {
  readonly origin: URL;
  readonly transport: Transport;
  readonly #tokens: Tokens;

  constructor({ origin, credentials, ...options }: RegistryOptions) {
    this.origin = origin;
    this.transport = new Transport(options);
    this.#tokens = new Tokens(this.transport, origin, credentials);
  }

  ask({ repository, access, path, ...outgoing }: Ask): Promise<IncomingMessage> {
    const url = typeof path === 'string' ? new URL(`/v2/${repository}/${path}`, this.origin) : path;
    return this.send({ ...outgoing, url }, `repository:${repository}:${access}`);
  }

  /** Answers the challenge for `scope` where there is one. */
  async send({ headers = {}, ...outgoing }: Outgoing, scope: string): Promise<IncomingMessage> {
    // A redirect or an upload may lead elsewhere: what proves who we are stays with the registry it is for.
    const ours = outgoing.url.host === this.origin.host && outgoing.url.protocol === this.origin.protocol;
    const send = (authorization: string | undefined): Promise<IncomingMessage> =>
      this.transport.send({ ...outgoing, headers: { ...headers, ...(authorization === undefined || !ours ? {} : { authorization }) } });
    const answer = await send(this.#tokens.known(scope));
    if (answer.statusCode !== 401) return answer;
    answer.resume();
    const authorization = await this.#tokens.answer(answer.headers['www-authenticate'], scope);
    return authorization === undefined ? answer : send(authorization);
  }
}

/** Rejects with the registry's own sentence. */
export async function expectStatus(answer: IncomingMessage, wanted: number): Promise<void> {
  if (answer.statusCode === wanted) return;
  const { status, code, message } = await refusalOf(answer);
  throw new RegistryRefusedError(message === '' ? `The registry answered ${status} instead of ${wanted}.` : message, { status, code });
}
