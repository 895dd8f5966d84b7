import {
  type AccessTokens,
  type Groups,
  LiveAccounts,
  LivePrincipals,
  LiveStandings,
  type LiveOptions,
  type Members,
  type Projects,
  type Robots,
  type Roles,
  type Settings,
  type Standings,
  type Users,
} from '@berth/access';
import {
  AccessTokenUses,
  BearerTokens,
  CredentialProver,
  type FailureCounters,
  KeyRing,
  PasswordSignIn,
  REFRESH_LIFETIME_SECONDS,
  RefreshTokens,
  SecretKeeper,
  type SigningKeys,
} from '@berth/tokens';
import type { Store as SessionStore } from 'express-session';
import type { OriginOf } from '../forwarded.ts';
import { AccessGate } from '../gate/access-gate.ts';
import { Challenger } from '../gate/challenge.ts';
import { ProjectMaker } from '../gate/project-maker.ts';
import { localStrategy } from '../session/local-strategy.ts';
import { Sessions } from '../session/sessions.ts';
import { TokenEndpoint } from '../token/token-endpoint.ts';

/** The stores behind everything that knows of people. */
export interface IdentityStores {
  readonly users: Users;
  readonly projects: Projects;
  readonly members: Members;
  readonly roles: Roles;
  readonly groups: Groups;
  readonly robots: Robots;
  readonly accessTokens: AccessTokens;
  readonly standings: Standings;
  readonly settings: Settings;
  readonly signingKeys: SigningKeys;
  readonly failureCounters: FailureCounters;
  readonly sessions: SessionStore;
}

export interface IdentityOptions {
  /** 32 bytes; every replica has the same. */
  readonly masterKey: Buffer;
  readonly originOf: OriginOf;
  /** `scheme://host[:port]`, without a slash at the end. */
  readonly externalUrl: string | undefined;
  /** What failed behind an answer that was given. */
  onTrouble(error: unknown): void;
  /** For tests: how long rights are remembered, and by which clock. */
  readonly live?: LiveOptions;
}

/** What the gate, the token endpoint and the API share, built once per process. */
export interface Identity {
  readonly stores: IdentityStores;
  readonly originOf: OriginOf;
  readonly keyRing: KeyRing;
  readonly accounts: LiveAccounts;
  readonly principals: LivePrincipals;
  readonly secrets: SecretKeeper;
  readonly accessTokenUses: AccessTokenUses;
  readonly standings: LiveStandings;
  readonly signIn: PasswordSignIn;
  readonly sessions: Sessions;
  readonly gate: AccessGate;
  readonly tokenEndpoint: TokenEndpoint;
}

/** Opens the key ring (rejects with SealBrokenError when the master key does not fit) and puts the rest together. */
export async function openIdentity(stores: IdentityStores, options: IdentityOptions): Promise<Identity> {
  const { originOf, externalUrl, live = {} } = options;
  const keyRing = await KeyRing.open(stores.signingKeys, options.masterKey, { keepSeconds: REFRESH_LIFETIME_SECONDS });
  const accounts = new LiveAccounts(stores.users, live);
  const standings = new LiveStandings(stores.standings, live);
  const principals = new LivePrincipals(accounts, stores, live);
  const secrets = new SecretKeeper(options.masterKey);
  const accessTokenUses = new AccessTokenUses({ accessTokens: stores.accessTokens, onTrouble: options.onTrouble });
  const signIn = new PasswordSignIn({
    prover: new CredentialProver({ ...stores, principals, secrets }),
    principals,
    counters: stores.failureCounters,
    ...(live.now === undefined ? {} : { now: live.now }),
  });
  const bearer = new BearerTokens(keyRing);
  const projectMaker = new ProjectMaker({ projects: stores.projects, settings: stores.settings, standings });
  return {
    stores,
    originOf,
    keyRing,
    accounts,
    principals,
    secrets,
    accessTokenUses,
    standings,
    signIn,
    sessions: new Sessions({
      store: stores.sessions,
      accounts,
      masterKey: options.masterKey,
      originOf,
      strategies: [localStrategy(signIn, originOf)],
      ...(live.now === undefined ? {} : { now: live.now }),
    }),
    gate: new AccessGate({
      bearer,
      signIn,
      principals,
      accessTokenUses,
      standings,
      projectMaker,
      originOf,
      challenger: new Challenger({ originOf, externalUrl }),
    }),
    tokenEndpoint: new TokenEndpoint({
      bearer,
      refresh: new RefreshTokens(keyRing),
      signIn,
      principals,
      accessTokenUses,
      standings,
      projectMaker,
    }),
  };
}
