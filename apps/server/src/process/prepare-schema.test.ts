import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { appliedMigrations, createUsers, openKnex, PipelinedLookups, withUpgradeLock } from '@berth/database';
import { useTestDatabase } from '@berth/database/testing';
import { type NamedMigration, migrations as released } from '@berth/migrations';
import type { Knex } from 'knex';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openBackups } from '../backup/index.ts';
import { type Config, loadConfig } from '../config.ts';
import { openBlobStore } from './open-blob-store.ts';
import { createLogger } from '../logging.ts';
import { requireKnownStorage } from './known-storage.ts';
import { masterSecret } from './master-secret.ts';
import { prepareSchema } from './prepare-schema.ts';

const database = useTestDatabase();
const fresh = useTestDatabase();
const key = randomBytes(32).toString('base64');
const step = (name: string, sql: string): NamedMigration => ({
  name,
  up: async (knex) => void (await knex.raw(sql)),
  down: async () => undefined,
});
/** What the next version of this program would have. */
const next = [...released, step('9000_next', 'CREATE TABLE next_one (id int)')];
let folder: string;
let knex: Knex;
let lines: string[];

beforeAll(async () => {
  knex = openKnex({ url: database.url, applicationName: 'test' });
  folder = await mkdtemp(join(tmpdir(), 'berth-schema-'));
  await rm(folder, { recursive: true });
});
afterAll(() => knex.destroy());
beforeEach(async () => {
  lines = [];
  await addUsers(database.url, ['admin', 'anna']);
});
afterEach(async () => {
  await knex.raw('DROP TABLE IF EXISTS next_one');
  await knex('berth_migrations').where('name', 'like', '9%').delete();
  await knex('users').delete();
  await rm(folder, { recursive: true, force: true });
});

async function addUsers(url: string, names: readonly string[]): Promise<void> {
  const own = openKnex({ url, applicationName: 'test users', poolSize: 1 });
  const lookups = new PipelinedLookups({ url, applicationName: 'test lookups' });
  for (const username of names)
    await createUsers({ knex: own, lookups }).create({
      ...{ username, email: `${username}@example.com`, realname: '', comment: '', passwordHash: 'none', systemAdmin: true },
    });
  await lookups.close();
  await own.destroy();
}

function configOf(env: NodeJS.ProcessEnv = {}, url = database.url): Config {
  return loadConfig({}, { BERTH_DATA: join(folder, 'data'), BERTH_DATABASE_URL: url, BERTH_SECRET_KEY: key, ...env }).config;
}

function start(config: Config, migrations: readonly NamedMigration[] = next): Promise<void> {
  const logger = createLogger({ level: 'info', destination: { write: (line) => void lines.push(line) } });
  return prepareSchema({
    config,
    access: { databaseUrl: database.url, masterSecret: masterSecret(config).toString('base64') },
    logger,
    migrations,
  });
}

/** Ids of those that are complete. */
async function backups(config: Config): Promise<string[]> {
  const files = await readdir(join(config.upgrade.place, 'before-upgrade/backups'), { recursive: true }).catch(() => []);
  return files.filter((name) => name.endsWith('/contents')).map(dirname);
}
const last = async (): Promise<string | undefined> => (await appliedMigrations(knex)).at(-1);

describe('a start of a newer version', () => {
  it('backs up the database first, says where, and what it says brings the database back under the version before', async () => {
    const config = configOf();
    const store = await openBlobStore(config, () => undefined);
    await requireKnownStorage(knex, store);
    await store.close();
    await start(config);
    expect(await last()).toBe('9000_next');
    const [id = ''] = await backups(config);
    const told = lines.map((line) => (JSON.parse(line) as { msg: string }).msg).find((msg) => msg.includes('berth restore'));
    expect(told).toContain(`berth restore ${join(folder, 'data/backups/before-upgrade')} ${id}`);

    const before = configOf({}, fresh.url);
    const place = { place: join(folder, 'data/backups/before-upgrade'), ask: () => Promise.reject(new Error('asked')), encrypted: false };
    const opened = await openBackups(before, place);
    expect(await opened.restore(id, () => undefined)).toMatchObject({ id, damaged: [] });
    opened.close();
    const restored = openKnex({ url: fresh.url, applicationName: 'test restored', poolSize: 1 });
    expect(await restored('users').orderBy('username').pluck('username')).toEqual(['admin', 'anna']);
    expect((await appliedMigrations(restored)).at(-1)).toBe(released.at(-1)?.name);
    await restored.destroy();
  });

  it('makes one backup however many servers start at once', async () => {
    const config = configOf();
    await Promise.all(Array.from({ length: 5 }, () => start(config)));
    expect(await backups(config)).toHaveLength(1);
    expect(await last()).toBe('9000_next');
  });

  it('keeps the last ones, and leaves backups that somebody made in the same place alone', async () => {
    const config = configOf({ BERTH_UPGRADE_BACKUP_PLACE: join(folder, 'mine'), BERTH_UPGRADE_BACKUP_KEEP: '2' });
    const list = [...next];
    for (const number of [1, 2, 3]) {
      await start(config, list);
      list.push(step(`900${number}_more`, 'SELECT 1'));
    }
    expect(await backups(config)).toHaveLength(2);
    expect(await readdir(join(folder, 'mine'))).toEqual(['before-upgrade']);
  });

  it('changes nothing when the backup cannot be made, and says what to do', async () => {
    const config = configOf();
    await start(config, released);
    await rm(folder, { recursive: true, force: true });
    await writeFile(folder, 'no folder can be made below a file');
    await expect(start(config)).rejects.toThrow(/the backup before that failed: .* Nothing was changed; .*BERTH_UPGRADE_BACKUP_PLACE/s);
    expect(await last()).toBe(released.at(-1)?.name);
    await start(configOf({ BERTH_UPGRADE_BACKUP: 'optional' }));
    expect(lines.join('')).toContain('the backup before the upgrade failed; going on without');
    expect(await last()).toBe('9000_next');
  });

  it('makes none where a setting says so, or where nothing would be missed', async () => {
    await start(configOf({ BERTH_UPGRADE_BACKUP: 'off' }));
    expect(lines.join('')).toContain('without a backup before');
    await knex('users').where({ username: 'anna' }).delete();
    await start(configOf(), [...next, step('9001_more', 'SELECT 1')]);
    expect(await backups(configOf())).toEqual([]);
    expect(await last()).toBe('9001_more');
  });

  it('names the backup when a step fails, and the version before starts as if nothing had been', async () => {
    const config = configOf();
    await expect(start(config, [...released, step('9000_broken', 'SELECT 1 / 0')])).rejects.toThrow(
      /could not be brought up to date: .*division by zero.*The database as it was: .*before-upgrade \d{8}T/s,
    );
    await start(config, released);
  });

  it('is not held up by one that died while it upgraded', async () => {
    const died = withUpgradeLock(database.url, async (lock) => {
      await knex.raw(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'berth-upgrade'`);
      await start(configOf());
      await lock.confirm();
    });
    await expect(died).rejects.toThrow();
    expect(await last()).toBe('9000_next');
  });
});

it('the version before does not start on the newer schema, and says what to do', async () => {
  await start(configOf());
  await expect(start(configOf(), released)).rejects.toThrow(/newer than this Berth: it has the migration 9000_next/);
});
