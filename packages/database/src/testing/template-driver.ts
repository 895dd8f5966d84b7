import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RunningServer, TemplateDriver } from '@berth/testkit';
import pg from 'pg';
import { connectionUrl, startEmbeddedPostgres } from '../embedded/index.ts';
import { migrate } from '../migrate/migrate.ts';

/** Starts a throw-away Postgres without fsync, or uses the server that BERTH_TEST_DATABASE_URL names. */
export const templateDriver: TemplateDriver = {
  start: async () => {
    const external = process.env['BERTH_TEST_DATABASE_URL'];
    return external === undefined || external === '' ? await startThrowAway() : { url: external, stop: async () => undefined };
  },
  migrate: async (url) => void (await migrate(url)),
  execute,
};

async function startThrowAway(): Promise<RunningServer> {
  const dataDir = await mkdtemp(join(tmpdir(), 'berth-test-postgres-'));
  const postgres = await startEmbeddedPostgres({ dataDir, durable: false, maxConnections: 200 });
  // Not the superuser: a test must fail where the real, unprivileged role would.
  await execute(connectionUrl(postgres.superuser), `ALTER ROLE ${postgres.connection.user} CREATEDB`);
  return {
    url: postgres.url,
    stop: async () => {
      await postgres.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

async function execute(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
