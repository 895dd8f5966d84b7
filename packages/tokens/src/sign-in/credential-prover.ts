import { type AccessTokens, type LivePrincipals, type Principal, type Robots, type Settings, type Users } from '@berth/access';
import { generatePassword, hashPassword, passwordMatches } from '../passwords.ts';
import { ACCESS_TOKEN_PREFIX, type SecretKeeper } from '../secret-keeper.ts';

export interface CredentialProverParts {
  readonly users: Pick<Users, 'findCredential'>;
  readonly robots: Pick<Robots, 'findCredential'>;
  readonly accessTokens: Pick<AccessTokens, 'findBySecret'>;
  readonly settings: Pick<Settings, 'access'>;
  readonly principals: LivePrincipals;
  readonly secrets: SecretKeeper;
}

/**
 * Finds whom a name and a secret prove: a robot by its full name, a user by an access token or by the password. Whatever is wrong costs one
 * Argon2id, so that the time tells nothing about which names exist.
 */
export class CredentialProver {
  readonly #parts: CredentialProverParts;
  readonly #dummyHash = hashPassword(generatePassword());

  constructor(parts: CredentialProverParts) {
    this.#parts = parts;
  }

  async prove(username: string, secret: string): Promise<Principal | undefined> {
    const { robotNamePrefix } = await this.#parts.settings.access();
    if (robotNamePrefix !== '' && username.startsWith(robotNamePrefix)) {
      const robot = await this.#robot(username.slice(robotNamePrefix.length), secret);
      if (robot !== 'unknown') return robot;
    }
    if (secret.startsWith(ACCESS_TOKEN_PREFIX)) {
      const owner = await this.#owner(username, secret);
      if (owner !== undefined) return owner;
    }
    return this.#user(username, secret);
  }

  /** `project+name` or `name`; `unknown`: a prefix without a robot sign may also begin a user's name. */
  async #robot(rest: string, secret: string): Promise<Principal | undefined | 'unknown'> {
    const plus = rest.indexOf('+');
    const robot = await this.#parts.robots.findCredential(rest.slice(plus + 1), plus < 0 ? undefined : rest.slice(0, plus));
    if (robot === undefined) return 'unknown';
    const { actor, credentialVersion, secretHash } = robot;
    if (await this.#parts.secrets.matches(secretHash, secret)) return { actor, credentialVersion };
    if (!secretHash.startsWith('$argon2')) await passwordMatches(await this.#dummyHash, secret);
    return undefined;
  }

  async #owner(username: string, secret: string): Promise<Principal | undefined> {
    const token = await this.#parts.accessTokens.findBySecret(this.#parts.secrets.keyedHash(secret));
    const owner = token === undefined ? undefined : await this.#parts.principals.owner(token);
    // Names compare as they do everywhere: without regard to case.
    return owner !== undefined && keyOf(owner.actor.name) === keyOf(username) ? owner : undefined;
  }

  async #user(username: string, secret: string): Promise<Principal | undefined> {
    const credential = await this.#parts.users.findCredential(username);
    const matches = await passwordMatches(credential?.passwordHash ?? (await this.#dummyHash), secret);
    if (credential === undefined || !matches) return undefined;
    const { user, credentialVersion } = credential;
    return { actor: { kind: 'user', id: user.id, name: user.username, systemAdmin: user.systemAdmin }, credentialVersion };
  }
}

function keyOf(name: string): string {
  return name.normalize('NFC').toLowerCase();
}
