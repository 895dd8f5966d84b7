import type { Transport } from './transport.ts';
import { RegistryRefusedError } from './errors.ts';
import { readAll } from './read-all.ts';

export interface Credentials {
  readonly username: string;
  readonly password: string;
}

const MAX_TOKEN_ANSWER = 256 * 1024;
/** Scopes whose tokens are kept. A copy of a whole registry asks for each repository. */
const MAX_KNOWN = 1000;

/** Proves who asks, as docker does: by the realm that a registry's challenge names. Keeps a token for each scope. */
export class Tokens {
  readonly #transport: Transport;
  readonly #origin: URL;
  readonly #credentials: Credentials | undefined;
  readonly #byScope = new Map<string, string>();

  constructor(transport: Transport, origin: URL, credentials: Credentials | undefined) {
    this.#transport = transport;
    this.#origin = origin;
    this.#credentials = credentials;
  }

  /** The header for a scope that was asked for before. */
  known(scope: string): string | undefined {
    return this.#byScope.get(scope);
  }

  /** Answers a challenge (RFC 6750, RFC 7617). Undefined when there is nothing to answer with. Rejects with RegistryRefusedError. */
  async answer(challenge: string | undefined, scope: string): Promise<string | undefined> {
    const header = await this.#headerFor(challenge ?? '', scope);
    if (header === undefined) return undefined;
    const oldest = this.#byScope.keys().next();
    if (this.#byScope.size >= MAX_KNOWN && oldest.done !== true) this.#byScope.delete(oldest.value);
    this.#byScope.set(scope, header);
    return header;
  }

  async #headerFor(challenge: string, scope: string): Promise<string | undefined> {
    if (/^basic\b/i.test(challenge)) return this.#basic();
    if (!/^bearer\b/i.test(challenge)) return undefined;
    const parameters = new Map([...challenge.matchAll(/(\w+)="([^"]*)"/g)].map(([, key, value]) => [key, value]));
    const address = parameters.get('realm') ?? '';
    if (!URL.canParse(address)) return undefined;
    const realm = new URL(address);
    const service = parameters.get('service');
    if (service !== undefined) realm.searchParams.set('service', service);
    realm.searchParams.append('scope', scope);
    const basic = this.#mayTell(realm) ? this.#basic() : undefined;
    const answer = await this.#transport.send({ method: 'GET', url: realm, headers: basic === undefined ? {} : { authorization: basic } });
    const text = (await readAll(answer, MAX_TOKEN_ANSWER)).toString();
    if (answer.statusCode !== 200) throw refusedToken(this.#origin, this.#credentials, answer.statusCode ?? 0);
    const { token, access_token: accessToken } = JSON.parse(text) as { token?: string; access_token?: string };
    return `Bearer ${token ?? accessToken ?? ''}`;
  }

  /** A password goes to the registry that it is for, and elsewhere only over TLS. */
  #mayTell(realm: URL): boolean {
    return realm.protocol === 'https:' || realm.host === this.#origin.host;
  }

  #basic(): string | undefined {
    if (this.#credentials === undefined) return undefined;
    const { username, password } = this.#credentials;
    return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
  }
}

function refusedToken(origin: URL, credentials: Credentials | undefined, status: number): RegistryRefusedError {
  const why = credentials === undefined ? 'it wants a user and a password' : `it does not take the password of ${credentials.username}`;
  return new RegistryRefusedError(`${origin.host} does not let this in: ${why}.`, { status, code: 'UNAUTHORIZED' });
}
