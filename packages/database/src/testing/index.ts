import { cloneTemplate, type CreatedTemplate, createTemplate, type TestDatabase } from '@berth/testkit';
import { afterAll, beforeAll, inject } from 'vitest';
import type {} from './global-setup.ts';
import { templateDriver } from './template-driver.ts';

/**
 * A database with the whole schema for one test file (or one describe block), on a real Postgres.
 *
 *     import { useTestDatabase } from '@berth/database/testing';
 *     const database = useTestDatabase();          // at the top level of the file or of a describe
 *     let knex: Knex;
 *     beforeAll(() => { knex = openKnex({ url: database.url, applicationName: 'test' }); });
 *     afterAll(() => knex.destroy());
 *
 * The database is cloned from the template before the tests and dropped after them; what a test leaves connected is cut off.
 * In the package's vitest.config.ts:
 *
 *     export default defineConfig({ test: { globalSetup: ['@berth/database/testing/global-setup'] } });
 *
 * Then the run has one Postgres. Without it every file starts its own, which works from anywhere but costs a second per file.
 * BERTH_TEST_DATABASE_URL names a server to use instead; its user must be allowed to create databases.
 */
export function useTestDatabase(): { readonly url: string } {
  let database: TestDatabase | undefined;
  let ownServer: CreatedTemplate | undefined;
  beforeAll(async () => {
    // Typed as always there, but absent when the run has no globalSetup.
    let template = inject('berthTemplate') as ReturnType<typeof inject<'berthTemplate'>> | undefined;
    if (template === undefined) {
      ownServer = await createTemplate(templateDriver);
      template = ownServer.template;
    }
    database = await cloneTemplate(templateDriver, template);
  }, 60_000);
  afterAll(async () => {
    await database?.drop();
    await ownServer?.destroy();
  }, 60_000);
  return {
    get url() {
      if (database === undefined) throw new Error('The test database exists from beforeAll on; read its url there or in a test.');
      return database.url;
    },
  };
}
