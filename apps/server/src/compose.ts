import { join } from 'node:path';
import { openDiskBlobStore } from '@berth/blob-store';
import { openKnex } from '@berth/database';
import type { BlobStore } from '@berth/registry';
import type { Knex } from 'knex';
import type { Config } from './config.ts';
import { createObserver } from './http/access-log.ts';
import { createApiApp } from './http/api-app.ts';
import { createApp } from './http/app.ts';
import { createOriginOf } from './http/forwarded.ts';
import { Health } from './http/health.ts';
import type { Metrics } from './http/metrics.ts';
import type { Logger } from './logging.ts';
import type { Access } from './process/installation.ts';
import type { WebParts } from './process/web.ts';

/** What every process of the server has. */
export interface Context {
  readonly config: Config;
  readonly access: Access;
  readonly logger: Logger;
  readonly metrics: Metrics;
}

/** Connections and stores of one process. The only place that makes them. */
export interface Stores {
  readonly knex: Knex;
  readonly blobStore: BlobStore;
  /** After everything that uses them. */
  close(): Promise<void>;
}

export async function openStores({ config, access }: Context): Promise<Stores> {
  const knex = openKnex({ url: access.databaseUrl, applicationName: 'berth' });
  const blobStore = await openDiskBlobStore({ root: join(config.dataDir, 'blobs') });
  return {
    knex,
    blobStore,
    close: async () => {
      await blobStore.close();
      await knex.destroy();
    },
  };
}

/** Everything that answers requests. */
export function composeWeb({ config, logger, metrics }: Context, stores: Stores): WebParts {
  const originOf = createOriginOf(config.trustedProxies);
  const observe = createObserver(logger, metrics, originOf);
  const health = new Health({
    database: async () => void (await stores.knex.raw('select 1')),
    storage: () => stores.blobStore.check(),
  });
  const api = createApiApp({ logger, originOf, externalUrl: config.externalUrl });
  return { app: createApp({ health, v2: api, api, observe }), health, originOf, logger };
}
