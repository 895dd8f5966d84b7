import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Knex } from 'knex';
import { migrations } from '@berth/migrations';
import { openKnex } from '../connection/index.ts';
import { appliedMigrations } from '../migrate/index.ts';
import { useTestDatabase } from './index.ts';

describe('useTestDatabase', () => {
  const database = useTestDatabase();
  let knex: Knex;
  beforeAll(() => {
    knex = openKnex({ url: database.url, applicationName: 'test' });
  });
  afterAll(() => knex.destroy());

  it('gives a database with the whole schema', async () => {
    expect(await appliedMigrations(knex)).toEqual(migrations.map((migration) => migration.name));
  });

  // An external server's role is its operator's choice.
  it.skipIf(process.env['BERTH_TEST_DATABASE_URL'])('works as a role that is no superuser', async () => {
    const { rows } = await knex.raw<{ rows: { super: string }[] }>(`SELECT current_setting('is_superuser') AS super`);
    expect(rows[0]?.super).toBe('off');
  });
});
