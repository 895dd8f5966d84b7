import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROLES, type RoleId, type RoleName } from '@berth/access';
import { openDiskBlobStore } from '@berth/blob-store';
import {
  createAccessTokens,
  createBlobRecords,
  createContentStores,
  createFailureCounters,
  createGarbageRecords,
  createGarbageRuns,
  createGroups,
  createJobStates,
  createLiveReads,
  createPastEvents,
  createManifestRecords,
  createMembers,
  createPlannedWorks,
  createProjects,
  createPushSteps,
  createRobots,
  createRoles,
  createSettings,
  createSigningKeys,
  createStandings,
  createUploadSessions,
  createUsers,
  createWorkRuns,
  openKnex,
  openSessionPool,
  PipelinedLookups,
  type SessionPool,
} from '@berth/database';
import { type ProjectName, parseProjectName } from '@berth/oci';
import {
  type BlobStore,
  CollectionRuns,
  Collector,
  type Content,
  createContent,
  createFiles,
  type Files,
  createRegistry,
  PushProgress,
  RecentConfigs,
  type Registry,
  TrafficTally,
  Work,
} from '@berth/registry';
import { hashPassword } from '@berth/tokens';
import express from 'express';
import type { Knex } from 'knex';
import { Archives } from '../../archives/archives.ts';
import { LAYER_READING } from '../../files/read-layer.ts';
import { type Answer, ask, type Ask, PASSWORD } from './ask.ts';
import type { Collection, ImageFileWork, LongWork } from '../api/api-parts.ts';
import { createApiRouter } from '../api/api-router.ts';
import { CertificateService } from '../certificates/certificate-service.ts';
import { createOriginOf } from '../forwarded.ts';
import { type Identity, type IdentityStores, openIdentity } from '../identity/identity.ts';
import { createHarborLoginRouter } from '../session/harbor-login-router.ts';
import { createSessionStore } from '../session/session-store.ts';
import { Live } from '../../live/live.ts';
import { LiveFeed } from '../../live/live-feed.ts';
import { openPolicy, type Policy } from '../../policy/policy.ts';
import { V2Audit } from '../../policy/v2-audit.ts';
import { readOnlyGate } from '../../policy/read-only-gate.ts';
import { createTokenRouter } from '../token/token-router.ts';
import { createV2Handler } from '../v2/v2-handler.ts';

/** The gate, the token endpoint and the API on a real Postgres and a real disk, with a clock of the test's own for what is remembered. */
export class IdentityTestServer {
  url = '';
  knex!: Knex;
  stores!: IdentityStores;
  identity!: Identity;
  policy!: Policy;
  registry!: Registry;
  content!: Content;
  collection!: Collection;
  archives!: Archives;
  files!: Files;
  imageFiles!: ImageFileWork;
  longWork!: LongWork;
  /** Writes its counts only when a test flushes. */
  traffic!: TrafficTally;
  progress!: PushProgress;
  readonly recentConfigs = new RecentConfigs();
  feed!: LiveFeed;
  live!: Live;
  /** Milliseconds; what is remembered for five seconds is forgotten by adding 5,000. */
  clock = 1_000_000;
  readonly failures: unknown[] = [];
  #server!: Server;
  #lookups!: PipelinedLookups;
  #sessionPool!: SessionPool;
  #blobStore!: BlobStore;
  #root = '';
  #passwordHash!: Promise<string>;

  async start(
    databaseUrl: string,
    options: { readonly externalUrl?: string; readonly trustedProxies?: readonly string[] } = {},
  ): Promise<void> {
    this.#passwordHash = hashPassword(PASSWORD);
    this.#root = await mkdtemp(join(tmpdir(), 'berth-identity-'));
    this.#blobStore = await openDiskBlobStore({ root: join(this.#root, 'blobs'), minimumFree: 0 });
    this.knex = openKnex({ url: databaseUrl, applicationName: 'identity test' });
    this.#lookups = new PipelinedLookups({ url: databaseUrl, applicationName: 'identity test lookups' });
    this.#sessionPool = openSessionPool({
      url: databaseUrl,
      applicationName: 'identity test sessions',
      onTrouble: (error) => this.failures.push(error),
    });
    this.stores = identityStores({ knex: this.knex, lookups: this.#lookups, pool: this.#sessionPool });
    const originOf = createOriginOf(options.trustedProxies ?? []);
    this.identity = await openIdentity(this.stores, {
      masterKey: Buffer.alloc(32, 7),
      originOf,
      externalUrl: options.externalUrl,
      onTrouble: (error) => this.failures.push(error),
      live: { now: () => this.clock },
    });
    const records = { knex: this.knex, lookups: this.#lookups };
    const report = (error: unknown): void => void this.failures.push(error);
    const shared = {
      blobRecords: createBlobRecords(records),
      manifestRecords: createManifestRecords(records),
      blobStore: this.#blobStore,
      recentConfigs: this.recentConfigs,
      report,
    };
    const contentStores = createContentStores(this.knex);
    this.traffic = new TrafficTally(contentStores.traffic, { report, flushMs: 3_600_000 });
    this.progress = new PushProgress(createPushSteps(this.knex), { report, flushMs: 50 });
    const liveReads = createLiveReads(this.knex);
    this.feed = new LiveFeed({ reads: liveReads, report, tickMs: 50 });
    this.live = new Live(this.feed, { reads: liveReads, past: createPastEvents(this.knex) });
    this.content = createContent({ ...shared, ...contentStores });
    this.files = createFiles({
      ...shared,
      ...LAYER_READING,
      indexes: contentStores.layerIndexes,
      additions: this.content.additions,
    });
    this.imageFiles = { images: this.files.images, compare: this.files.compare, kick: async () => undefined };
    this.registry = createRegistry({
      ...shared,
      uploadSessions: createUploadSessions(this.knex),
      traffic: this.traffic,
      progress: this.progress,
    });
    const { registry } = this;
    this.archives = new Archives(registry);
    const collector = new Collector(createGarbageRecords(this.knex));
    const runs = new CollectionRuns(createGarbageRuns(this.knex), collector);
    this.collection = { collector, runs, kick: async () => undefined };
    this.longWork = {
      work: new Work(createWorkRuns(this.knex)),
      jobStates: createJobStates(this.knex),
      planned: createPlannedWorks(this.knex),
      kick: async () => undefined,
    };
    this.policy = openPolicy({
      knex: this.knex,
      settings: this.stores.settings,
      report,
      volumes: async () => [{ total: 100, free: 40 }],
      live: { now: () => this.clock },
    });
    const v2 = createV2Handler({
      registry,
      gate: readOnlyGate(this.identity.gate, this.policy.settings),
      audit: new V2Audit(this.policy.audit, originOf),
      requestId: () => 'test',
      observe: () => undefined,
      report,
    });
    const app = express().disable('x-powered-by');
    app.set('query parser', 'simple');
    app.use('/service/token', createTokenRouter({ endpoint: this.identity.tokenEndpoint, originOf }));
    app.use('/c', createHarborLoginRouter(this.identity.sessions));
    app.use(
      '/api/v2.0',
      createApiRouter({
        identity: this.identity,
        policy: this.policy,
        certificates: new CertificateService({ dataDir: '/nowhere' }),
        content: this.content,
        collection: this.collection,
        longWork: this.longWork,
        live: this.live,
        archives: this.archives,
        files: this.imageFiles,
        health: { components: async () => [{ name: 'database', status: 'healthy' }] },
        version: '0.0.1',
        externalUrl: options.externalUrl,
        storageType: 'disk',
      }),
    );
    this.#server = createServer((request, response) => (request.url?.startsWith('/v2') ? v2(request, response) : app(request, response)));
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    this.url = `http://127.0.0.1:${this.port}`;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** Where the stored bytes are. */
  get storageRoot(): string {
    return this.#root;
  }

  async stop(): Promise<void> {
    await this.feed.close();
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
    await this.progress.close();
    await this.traffic.close();
    await this.#lookups.close();
    await this.#sessionPool.close();
    await this.knex.destroy();
    await this.#blobStore.close();
    await rm(this.#root, { recursive: true });
  }

  /** Everything remembered for seconds is old from here on. */
  passFiveSeconds(): void {
    this.clock += 5_000;
  }

  ask(method: string, path: string, options: Ask = {}): Promise<Answer> {
    return ask(this.url, { method, path }, options);
  }

  form(fields: Readonly<Record<string, string | readonly string[]>>): Promise<Answer> {
    const form = new URLSearchParams();
    for (const [name, values] of Object.entries(fields)) for (const value of [values].flat()) form.append(name, value as string);
    return this.ask('POST', '/service/token', { body: form.toString(), headers: { 'content-type': 'application/x-www-form-urlencoded' } });
  }

  /** A bearer token for the scopes, by GET with Basic, or anonymous without a name. */
  async token(as: string | undefined, ...scopes: readonly string[]): Promise<string> {
    const query = new URLSearchParams(scopes.map((scope): [string, string] => ['scope', scope]));
    const answer = await this.ask('GET', `/service/token?${query}`, as === undefined ? {} : { as });
    if (answer.status !== 200) throw new Error(`No token: ${answer.status} ${answer.text}`);
    return answer.json<{ token: string }>().token;
  }

  async addUser(username: string, systemAdmin = false): Promise<number> {
    const { id } = await this.stores.users.create({
      ...{ username, email: `${username}@example.com`, realname: username, comment: '', systemAdmin },
      passwordHash: await this.#passwordHash,
    });
    return id;
  }

  async addProject(name: string, ownerId: number, isPublic = false): Promise<number> {
    return (await this.stores.projects.create({ name: parseProjectName(name), ownerId, public: isPublic })).id;
  }

  /** One user per role, named like it. */
  async addMembers(projectId: number): Promise<Record<RoleName, { userId: number; memberId: number }>> {
    const entries = Object.entries(ROLES) as [RoleName, RoleId][];
    const members = await Promise.all(
      entries.map(async ([name, role]) => {
        const userId = await this.addUser(name);
        return [name, { userId, memberId: (await this.stores.members.add(projectId, userId, role)).id }] as const;
      }),
    );
    return Object.fromEntries(members) as Record<RoleName, { userId: number; memberId: number }>;
  }

  async projectNames(): Promise<ProjectName[]> {
    const rows = await this.knex('projects').whereNull('deleted_at').orderBy('name').select<{ name: ProjectName }[]>('name');
    return rows.map(({ name }) => name);
  }
}

function identityStores({ knex, lookups, pool }: { knex: Knex; lookups: PipelinedLookups; pool: SessionPool }): IdentityStores {
  const records = { knex, lookups };
  return {
    users: createUsers(records),
    projects: createProjects(knex),
    members: createMembers(knex),
    roles: createRoles(knex),
    groups: createGroups(knex),
    robots: createRobots(records),
    accessTokens: createAccessTokens(records),
    standings: createStandings(records),
    settings: createSettings(knex),
    signingKeys: createSigningKeys(knex),
    failureCounters: createFailureCounters(knex),
    sessions: createSessionStore({
      pool,
      settings: createSettings(knex),
      onTrouble: (error) => {
        throw error;
      },
    }),
  };
}
