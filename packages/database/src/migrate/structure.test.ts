import { readFileSync } from 'node:fs';
import { migrations } from '@berth/migrations';
import pg from 'pg';
import { describe, expect, it } from 'vitest';
import { openKnex } from '../connection/index.ts';
import { useTestDatabase } from '../testing/index.ts';
import { migrate } from './migrate.ts';
import { dumpStructure } from './structure.ts';

const dump = async (url: string): Promise<string> => {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await dumpStructure(client);
  } finally {
    await client.end();
  }
};

describe('the schema', () => {
  const database = useTestDatabase();

  // After a change of the migrations: npm run structure -w @berth/database, and commit the difference with them.
  it('is what migrations/structure.sql says', async () => {
    await expect(await dump(database.url)).toMatchFileSnapshot('../../../../migrations/structure.sql');
  });

  it('has no table that migrations/README.md does not tell of, and none is told of that is gone', async () => {
    const readme = readFileSync(new URL('../../../../migrations/README.md', import.meta.url), 'utf8');
    const told = [...readme.matchAll(/^\| (`[^|]+) \|/gm)].flatMap(([, names = '']) => [...names.matchAll(/\w+/g)].map(String));
    const made = [...(await dump(database.url)).matchAll(/CREATE TABLE public\.(\w+)/g)].map(([, name]) => name);
    expect(told.sort()).toEqual(made.sort());
  });

  it('is the same after every migration was taken back and run again, and nothing is left in between', async () => {
    const before = await dump(database.url);
    const knex = openKnex({ url: database.url, applicationName: 'test' });
    try {
      for (const migration of [...migrations].reverse()) await knex.transaction((transaction) => migration.down(transaction));
      await knex.raw('DELETE FROM berth_migrations');
    } finally {
      await knex.destroy();
    }
    expect((await dump(database.url)).match(/CREATE \w+ \S+/g)).toEqual(['CREATE TABLE public.berth_migrations']);
    await migrate(database.url);
    expect(await dump(database.url)).toBe(before);
  });
});

describe('dumpStructure', () => {
  const database = useTestDatabase();

  it('tells two schemas apart that differ in one detail', async () => {
    const client = new pg.Client({ connectionString: database.url });
    await client.connect();
    try {
      await client.query('CREATE TABLE public.shelf (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, note text, width int)');
      let last = await dumpStructure(client);
      const changes = [
        'ALTER TABLE public.shelf ALTER note SET NOT NULL',
        `ALTER TABLE public.shelf ALTER note SET DEFAULT 'x'`,
        'ALTER TABLE public.shelf ALTER note TYPE text COLLATE "C"',
        'ALTER TABLE public.shelf ALTER note SET STORAGE external',
        'ALTER TABLE public.shelf ALTER width TYPE bigint',
        'ALTER TABLE public.shelf ADD CHECK (width > 0)',
        'ALTER TABLE public.shelf ADD area int GENERATED ALWAYS AS (width * 2) STORED',
        'CREATE INDEX ON public.shelf (width) WHERE width > 5',
        'ALTER TABLE public.shelf SET (fillfactor = 70)',
        'CREATE SEQUENCE public.numbers',
        `CREATE TYPE public.mood AS ENUM ('calm')`,
        `ALTER TYPE public.mood ADD VALUE 'tired'`,
        'CREATE VIEW public.wide AS SELECT id FROM public.shelf WHERE width > 9',
        'CREATE FUNCTION public.f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$',
        'CREATE TRIGGER t BEFORE INSERT ON public.shelf FOR EACH ROW EXECUTE FUNCTION public.f()',
        `COMMENT ON COLUMN public.shelf.note IS 'why'`,
      ];
      for (const change of changes) {
        await client.query(change);
        const now = await dumpStructure(client);
        expect(now, change).not.toBe(last);
        last = now;
      }
    } finally {
      await client.end();
    }
  });
});
