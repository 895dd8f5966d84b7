import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RunningServer, TemplateDriver } from '@berth/testkit';
import pg from 'pg';
import { connectionUrl, startEmbeddedPostgres } from '../embedded/index.ts';
import { removeUnheld } from './remove-unheld.ts';
import { migrate } from '../migrate/migrate.ts';

const PREFIX = 'berth-test-postgres-';
const ABANDONED_AFTER_MS = 15 * 60_000;

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
  await removeAbandoned();
  const dataDir = await mkdtemp(join(tmpdir(), PREFIX));
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

/** Test runs that were killed leave their Postgres running; the next run ends it. Younger ones may only be about to start. */
async function removeAbandoned(): Promise<void> {
  for (const name of await readdir(tmpdir())) {
    const dataDir = join(tmpdir(), name);
    if (!name.startsWith(PREFIX)) continue;
    const found = await stat(dataDir).catch(() => undefined);
    if (found === undefined || found.uid !== process.getuid?.() || Date.now() - found.mtimeMs < ABANDONED_AFTER_MS) continue;
    await removeUnheld(dataDir);
  }
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
