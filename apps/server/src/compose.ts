import { join } from 'node:path';
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
  type Lookups,
  openKnex,
  openSessionPool,
  PipelinedLookups,
} from '@berth/database';
import {
  type BlobStore,
  checkReadable,
  CollectionRuns,
  Collector,
  type Content,
  createContent,
  createFiles,
  createRegistry,
  type Files,
  PushProgress,
  RecentConfigs,
  type Registry,
  TrafficTally,
  type TroubleReport,
  Work,
} from '@berth/registry';
import type { Knex } from 'knex';
import { Archives } from './archives/archives.ts';
import type { Config } from './config.ts';
import { LAYER_READING } from './files/read-layer.ts';
import { createObserver } from './http/access-log.ts';
import { createApiRouter } from './http/api/api-router.ts';
import { createApiApp } from './http/api-app.ts';
import { createOcspRouter } from './http/certificates/certificate-router.ts';
import { CertificateService } from './http/certificates/certificate-service.ts';
import { createApp } from './http/app.ts';
import { createOriginOf } from './http/forwarded.ts';
import { Health, type HealthCheck } from './http/health.ts';
import { type IdentityStores, openIdentity } from './http/identity/identity.ts';
import type { Metrics } from './http/metrics.ts';
import { requestId } from './http/request-id.ts';
import { createHarborLoginRouter } from './http/session/harbor-login-router.ts';
import { createSessionStore } from './http/session/session-store.ts';
import { createTokenRouter } from './http/token/token-router.ts';
import { createV2Handler } from './http/v2/v2-handler.ts';
import { kickIndexing } from './jobs/index-layers.ts';
import type { JobQueue } from './jobs/kick-job.ts';
import { kickCollections } from './jobs/run-collections.ts';
import { kickWork } from './jobs/run-work.ts';
import { Live } from './live/live.ts';
import { LiveFeed } from './live/live-feed.ts';
import type { Logger } from './logging.ts';
import { forgetInitialPassword } from './process/first-start.ts';
import type { Access } from './process/installation.ts';
import { openBlobStore } from './process/open-blob-store.ts';
import { diskVolume } from './policy/disk-volume.ts';
import { openPolicy } from './policy/policy.ts';
import { V2Audit } from './policy/v2-audit.ts';
import { readOnlyGate } from './policy/read-only-gate.ts';
import { RequestTally } from './process/request-tally.ts';
import type { WebParts } from './process/web.ts';
import { VERSION } from './version.ts';

/** What every process of the server has. */
export interface Context {
  readonly config: Config;
  readonly access: Access;
  readonly logger: Logger;
  readonly metrics: Metrics;
  /** Checks that the health report shows beside those of serving. */
  readonly advisory?: Readonly<Record<string, HealthCheck>>;
}

/** Connections to the database, and what is kept in it about people. */
export interface Database {
  readonly knex: Knex;
  readonly lookups: Lookups;
  readonly identity: IdentityStores;
  close(): Promise<void>;
}

/** Connects at the first use. */
export function openDatabase(databaseUrl: string, logger: Logger): Database {
  const knex = openKnex({ url: databaseUrl, applicationName: 'berth' });
  const lookups = new PipelinedLookups({
    url: databaseUrl,
    applicationName: 'berth-lookups',
    onTrouble: (error) => logger.warn({ err: error }, 'the connection for lookups was lost or refused; it is made again'),
  });
  const sessionPool = openSessionPool({
    url: databaseUrl,
    applicationName: 'berth-sessions',
    onTrouble: (error) => logger.warn({ err: error }, 'a connection for sessions was lost; another is made when it is needed'),
  });
  const records = { knex, lookups };
  return {
    ...records,
    identity: {
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
        pool: sessionPool,
        settings: createSettings(knex),
        onTrouble: (error) => logger.warn({ err: error }, 'expired sessions could not be swept; that is tried again later'),
      }),
    },
    close: async () => {
      await lookups.close();
      await sessionPool.close();
      await knex.destroy();
    },
  };
}

/** Connections, stores and use cases of one process. The only place that makes them. */
export interface Stores {
  readonly knex: Knex;
  readonly blobStore: BlobStore;
  readonly registry: Registry;
  readonly content: Content;
  readonly files: Files;
  readonly collector: Collector;
  readonly collectionRuns: CollectionRuns;
  readonly identity: IdentityStores;
  /** After everything that uses them. */
  close(): Promise<void>;
}

/** Throws StartError when the storage cannot be used. */
export async function openStores({ config, access, logger }: Context): Promise<Stores> {
  const report: TroubleReport = (error, doing) => logger.error({ err: error }, `failed while ${doing}`);
  const blobStore = await openBlobStore(config, report);
  const database = openDatabase(access.databaseUrl, logger);
  const shared = {
    ...{ blobRecords: createBlobRecords(database), manifestRecords: createManifestRecords(database) },
    ...{ blobStore, recentConfigs: new RecentConfigs(), report },
  };
  const contentStores = createContentStores(database.knex);
  const collector = new Collector(createGarbageRecords(database.knex));
  const traffic = new TrafficTally(contentStores.traffic, { report });
  const content = createContent({ ...shared, ...contentStores });
  const progress = new PushProgress(createPushSteps(database.knex), { report });
  return {
    knex: database.knex,
    blobStore,
    registry: createRegistry({ ...shared, uploadSessions: createUploadSessions(database.knex), traffic, progress }),
    content,
    files: createFiles({
      ...shared,
      ...LAYER_READING,
      indexes: contentStores.layerIndexes,
      additions: content.additions,
    }),
    collector,
    collectionRuns: new CollectionRuns(createGarbageRuns(database.knex), collector),
    identity: database.identity,
    close: async () => {
      await progress.close();
      await traffic.close();
      await blobStore.close();
      await database.close();
    },
  };
}

/** Everything that answers requests. Rejects with SealBrokenError when the master secret does not fit the database. */
export async function composeWeb({ config, access, logger, metrics, advisory }: Context, stores: Stores): Promise<WebParts> {
  const { externalUrl } = config;
  const originOf = createOriginOf(config.trustedProxies);
  const tally = new RequestTally();
  const observe = createObserver(logger, metrics, originOf);
  const health = new Health(
    { database: async () => void (await stores.knex.raw('select 1')), storage: () => checkReadable(stores.blobStore) },
    { ...advisory, 'storage-space': () => stores.blobStore.check() },
  );
  metrics.components(() => health.components());
  const masterKey = Buffer.from(access.masterSecret, 'base64');
  const report = (error: unknown, doing: string): void => logger.error({ err: error }, `failed while ${doing}`);
  const queue: JobQueue = { knex: stores.knex, report };
  const identity = await openIdentity(stores.identity, {
    masterKey,
    originOf,
    externalUrl,
    onTrouble: (error) => logger.warn({ err: error }, 'the last uses of access tokens could not be written; that is tried again'),
  });
  const policy = openPolicy({
    knex: stores.knex,
    settings: stores.identity.settings,
    report,
    volumes: async () => (config.storage.type === 'disk' ? [await diskVolume(join(config.dataDir, 'blobs'))] : []),
  });
  const v2 = createV2Handler({
    registry: stores.registry,
    gate: readOnlyGate(identity.gate, policy.settings),
    audit: new V2Audit(policy.audit, originOf),
    requestId,
    observe,
    report,
    track: tally.track,
  });
  const certificates = new CertificateService(config);
  const liveReads = createLiveReads(stores.knex);
  const feed = new LiveFeed({ reads: liveReads, report: (error, doing) => logger.warn({ err: error }, `failed while ${doing}`) });
  const api = createApiApp({
    logger,
    originOf,
    tokenRouter: createTokenRouter({ endpoint: identity.tokenEndpoint, originOf }),
    ocspRouter: createOcspRouter(certificates),
    harborLoginRouter: createHarborLoginRouter(identity.sessions),
    apiRouter: createApiRouter({
      identity,
      policy,
      content: stores.content,
      longWork: {
        work: new Work(createWorkRuns(stores.knex)),
        jobStates: createJobStates(stores.knex),
        planned: createPlannedWorks(stores.knex),
        kick: () => kickWork(queue),
      },
      collection: { collector: stores.collector, runs: stores.collectionRuns, kick: () => kickCollections(queue) },
      files: { images: stores.files.images, compare: stores.files.compare, kick: () => kickIndexing(queue) },
      live: new Live(feed, { reads: liveReads, past: createPastEvents(stores.knex) }),
      archives: new Archives(stores.registry),
      health,
      certificates,
      forgetInitialPassword: () => forgetInitialPassword(config, logger),
      version: VERSION,
      externalUrl,
      storageType: config.storage.type,
    }),
  });
  return {
    app: createApp({ health, v2, api, observe }),
    health,
    originOf,
    logger,
    tally,
    leaving: () => void feed.close(),
    left: () => policy.audit.close(),
  };
}
