import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import type { Knex } from 'knex';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openKnex } from '../connection/index.ts';
import { createBlobRecords } from '../registry/index.ts';
import { PipelinedLookups } from '../connection/index.ts';
import { useTestDatabase } from '../testing/index.ts';
import { rowsOf } from '../transactions.ts';
import { createBackupRuns } from './backup-runs.ts';
import { withDatabaseSnapshot } from './dump-database.ts';
import { clearSchema, loadDatabase, type LoadPlan, occupiedBy } from './load-database.ts';
import { migrate } from '../migrate/index.ts';

const NAMES = { applicationName: 'test' };

describe('a backup under way', () => {
  const database = useTestDatabase();
  let knex: Knex;
  let lookups: PipelinedLookups;
  beforeAll(() => {
    knex = openKnex({ url: database.url, ...NAMES });
    lookups = new PipelinedLookups({ url: database.url, ...NAMES, onTrouble: () => undefined });
  });
  afterAll(async () => {
    await lookups.close();
    await knex.destroy();
  });

  it('keeps deleted objects in the storage until it ends, or has been silent for too long', async () => {
    const records = createBlobRecords({ knex, lookups });
    const runs = createBackupRuns(knex);
    const queue = (): Promise<unknown> =>
      rowsOf(knex, `insert into blob_deletions (storage_key, digest, size, not_before) values ('k', 'd', 1, now())`, []);
    await queue();
    const first = await runs.start('/backups', 'one');
    expect(await records.takeDeletions(10)).toEqual([]);
    expect(await runs.keepAlive(first)).toBe(true);
    await runs.finish(first, { blobs: 1, bytes: 1, problem: 'broken' });
    expect(await runs.latestSuccess()).toBeUndefined();
    expect(await records.takeDeletions(10)).toHaveLength(1);

    await queue();
    const second = await runs.start('/backups', 'two');
    expect(await records.takeDeletions(10)).toEqual([]);
    await rowsOf(knex, `update backup_runs set alive_until = now() - interval '1 second' where id = ?`, [second]);
    expect(await runs.keepAlive(second)).toBe(false);
    expect(await records.takeDeletions(10)).toHaveLength(1);
    await runs.finish(second, { blobs: 1, bytes: 1 });
    expect(await runs.latestSuccess()).toBeInstanceOf(Date);
  });
});

describe('a database', () => {
  const source = useTestDatabase();
  const target = useTestDatabase();

  const dumped = async (url: string): Promise<LoadPlan & { readonly migrations: readonly string[] }> =>
    withDatabaseSnapshot(url, async (snapshot) => {
      const tables = [];
      for (const table of snapshot.tables) {
        const bytes = await buffer(snapshot.rows(table));
        tables.push({
          ...table,
          rows: bytes.filter((byte) => byte === 10).length,
          content: () => Readable.from([bytes]) as AsyncIterable<Buffer>,
        });
      }
      return { tables, sequences: snapshot.sequences, migrations: snapshot.migrations, storageId: 'here', missing: [] };
    });

  it('that was dumped and loaded is the same, and its triggers and sequences work on', async () => {
    const knex = openKnex({ url: source.url, ...NAMES });
    const other = openKnex({ url: target.url, ...NAMES });
    try {
      await knex.raw(`insert into settings (name, value) values ('storage', '{"id":"there"}'), ('storage_move', '{"ended":false}')`);
      await knex.raw(`insert into users (username, username_key, email, email_key, realname, comment, password_hash, system_admin)
        values (E'a\\tb\\\\"é', 'k', 'e', 'e', '', '', 'x', true)`);
      await knex.raw(`insert into projects (name, owner_id) select 'team', id from users`);
      await knex.raw(`insert into repositories (project_id, name) select id, 'team/app' from projects`);
      await knex.raw(`insert into audit_log (actor, username, address, resource_type, resource, operation, description, successful, status, request_id)
        values ('user:1', 'a', '', 'r', 'r', 'create', '', true, 200, '')`);
      const plan = await dumped(source.url);
      await loadDatabase(target.url, plan);
      const moves = (): Promise<unknown[]> => other('settings').where({ name: 'storage_move' }).pluck('name');
      expect(await moves()).toEqual(['storage_move']);
      await loadDatabase(target.url, { ...plan, wholeStorage: true });
      expect(await moves()).toEqual([]);
      const again = await dumped(target.url);
      const text = async ({ tables }: LoadPlan): Promise<string[]> =>
        Promise.all(
          tables
            .filter(({ name }) => name !== 'public.settings')
            .map(async ({ name, content }) => `${name}: ${(await buffer(Readable.from(content()))).toString()}`),
        );
      expect(await text(again)).toEqual(await text(plan));
      expect(again.sequences).toEqual(plan.sequences);
      expect((await other('settings').where({ name: 'storage' }).first('value')).value).toEqual({ id: 'here' });
      await expect(other.raw('delete from audit_log')).rejects.toThrow();
      await other.raw(`insert into projects (name, owner_id) select 'second', id from users`);
      expect(await other('project_quotas').select()).toHaveLength(2);
    } finally {
      await knex.destroy();
      await other.destroy();
    }
  });

  it('that does not fit stays as it was', async () => {
    const plan = await dumped(source.url);
    const broken = plan.tables.map((table) => (table.name === 'public.users' ? { ...table, rows: table.rows + 1 } : table));
    await expect(loadDatabase(target.url, { ...plan, tables: broken })).rejects.toThrow('rows arrived');
    const renamed = plan.tables.map((table) =>
      table.name === 'public.users' ? { ...table, columns: ['id', 'x"; drop table users; --'] } : table,
    );
    await expect(loadDatabase(target.url, { ...plan, tables: renamed })).rejects.toThrow('another shape');
    const orphans = plan.tables.map((table) => (table.name === 'public.users' ? { ...table, rows: 0 } : table));
    await expect(loadDatabase(target.url, { ...plan, tables: orphans })).rejects.toThrow('foreign key');
    const knex = openKnex({ url: target.url, ...NAMES });
    try {
      expect(await knex('projects').select()).toHaveLength(2);
    } finally {
      await knex.destroy();
    }
  });

  it('with users or projects is occupied; one that only was migrated can be cleared and filled', async () => {
    expect(await occupiedBy(target.url)).toBe('it has projects');
    await clearSchema(target.url);
    expect(await occupiedBy(target.url)).toBeUndefined();
    const plan = await dumped(source.url);
    await migrate(target.url, { upTo: plan.migrations.at(-1) ?? '' });
    expect(await occupiedBy(target.url)).toBeUndefined();
    await loadDatabase(target.url, plan);
    const knex = openKnex({ url: target.url, applicationName: 'berth' });
    try {
      await knex.raw('select 1');
      expect(await occupiedBy(target.url)).toContain('a Berth server is connected');
    } finally {
      await knex.destroy();
    }
  });
});
