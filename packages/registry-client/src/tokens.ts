import type { Outgoing, Transport } from './transport.ts';
import { RegistryRefusedError } from './errors.ts';
import { readAll } from './read-all.ts';

export interface Credentials {
  readonly username: string;
  readonly password: string;
}

/**
 * What `docker login` keeps in place of the password where a registry gives one out, as Berth does: a refresh token. It is good for tokens
 * alone (docs.docker.com, "Token authentication: OAuth2").
 */
export interface IdentityToken {
  readonly identityToken: string;
}

export type Login = Credentials | IdentityToken;

const MAX_TOKEN_ANSWER = 256 * 1024;
/** Scopes whose tokens are kept. A copy of a whole registry asks for each repository. */
const MAX_KNOWN = 1000;

/** Proves who asks, as docker does: by the realm that a registry's challenge names. Keeps a token for each scope. */
export class Tokens {
  readonly #transport: Transport;
  readonly #origin: URL;
  readonly #login: Login | undefined;
  readonly #byScope = new Map<string, string>();

  constructor(transport: Transport, origin: URL, login: Login | undefined) {
    this.#transport = transport;
    this.#origin = origin;
    this.#login = login;
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
    const answer = await this.#transport.send(this.#request(realm, { service: parameters.get('service'), scope }));
    const text = (await readAll(answer, MAX_TOKEN_ANSWER)).toString();
    if (answer.statusCode !== 200) throw refusedToken(this.#origin, this.#login, answer.statusCode ?? 0);
    const { token, access_token: accessToken } = JSON.parse(text) as { token?: string; access_token?: string };
    return `Bearer ${token ?? accessToken ?? ''}`;
  }

  #request(realm: URL, { service, scope }: { readonly service: string | undefined; readonly scope: string }): Outgoing {
    const about = new URLSearchParams({ ...(service === undefined ? {} : { service }), scope });
    const login = this.#mayTell(realm) ? this.#login : undefined;
    if (login !== undefined && 'identityToken' in login) {
      about.set('grant_type', 'refresh_token');
      about.set('client_id', 'berth');
      about.set('refresh_token', login.identityToken);
      const headers = { 'content-type': 'application/x-www-form-urlencoded' };
      return { method: 'POST', url: realm, headers, body: Buffer.from(about.toString()) };
    }
    for (const [name, value] of about) realm.searchParams.set(name, value);
    const basic = login === undefined ? undefined : this.#basic();
    return { method: 'GET', url: realm, headers: basic === undefined ? {} : { authorization: basic } };
  }

  /** A password goes to the registry that it is for, and elsewhere only over TLS. */
  #mayTell(realm: URL): boolean {
    return realm.protocol === 'https:' || realm.host === this.#origin.host;
  }

  #basic(): string | undefined {
    if (this.#login === undefined || 'identityToken' in this.#login) return undefined;
    const { username, password } = this.#login;
    return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
  }
}

function refusedToken(origin: URL, login: Login | undefined, status: number): RegistryRefusedError {
  const why =
    login === undefined
      ? 'it wants a user and a password'
      : 'identityToken' in login
        ? 'what docker login kept for it has ended; use docker login again'
        : `it does not take the password of ${login.username}`;
  return new RegistryRefusedError(`${origin.host} does not let this in: ${why}.`, { status, code: 'UNAUTHORIZED' });
}
