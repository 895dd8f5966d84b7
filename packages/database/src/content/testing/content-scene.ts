import { type BlobStore, type Content, createContent } from '@berth/registry';
import type { RecordsUnderTest } from '@berth/testkit';
import type { Knex } from 'knex';
import { afterAll, beforeAll } from 'vitest';
import { openKnex, PipelinedLookups } from '../../connection/index.ts';
import { recordsOnPostgres } from '../../registry/records-on-postgres.ts';
import { useTestDatabase } from '../../testing/index.ts';
import { type ContentStores, createContentStores } from '../content-stores.ts';

/** What a test of content works on; there from the first hook of the file to its last. */
export interface ContentScene {
  readonly knex: Knex;
  readonly under: RecordsUnderTest;
  readonly stores: ContentStores;
  readonly content: Content;
}

/** Content on a database of the file's own. `name` shows in pg_stat_activity. */
export function useContentScene(name: string, poolSize = 10): ContentScene {
  const database = useTestDatabase();
  const scene = {} as { -readonly [Part in keyof ContentScene]: ContentScene[Part] };
  let lookups: PipelinedLookups;
  beforeAll(() => {
    scene.knex = openKnex({ url: database.url, applicationName: name, poolSize });
    lookups = new PipelinedLookups({ url: database.url, applicationName: `${name}-lookups` });
    scene.under = recordsOnPostgres(scene.knex, lookups);
    scene.stores = createContentStores(scene.knex);
    scene.content = createContent({
      ...scene.stores,
      ...scene.under,
      // Configs have no bytes here, and no test lists what would be read out of them.
      blobStore: undefined as unknown as BlobStore,
      report: (error) => {
        throw error;
      },
    });
  });
  afterAll(async () => {
    await lookups.close();
    await scene.knex.destroy();
  });
  return scene;
}
