import type { RepositoryName } from '@berth/oci';
import { type CollectedBlob, Collector, type StoredObject } from '@berth/registry';
import { newRepository, type RecordsUnderTest } from '@berth/testkit';
import type { Knex } from 'knex';
import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest';
import { openKnex, PipelinedLookups } from '../../connection/index.ts';
import { recordsOnPostgres } from '../../registry/records-on-postgres.ts';
import { useTestDatabase } from '../../testing/index.ts';
import { rowsOf } from '../../transactions.ts';
import { createGarbageRecords } from '../garbage-records.ts';

export const DAYS = 24 * 60 * 60;
/** Past every lease. */
export const LONG = 3 * DAYS;

/** A collector on a real Postgres, two repositories, and a clock that the tests turn: each test begins with nothing to collect. */
export class GarbageScene {
  knex!: Knex;
  under!: RecordsUnderTest;
  collector!: Collector;
  here!: RepositoryName;
  there!: RepositoryName;

  /** Everything that a sweep and the collection after it took. */
  async sweepAll(): Promise<string[]> {
    const gone: CollectedBlob[] = [];
    await this.collector.sweep(never(), { blobs: async (blobs) => void gone.push(...blobs) });
    return gone.map(({ digest }) => digest).sort();
  }

  async isHere(object: StoredObject, repository = this.here): Promise<boolean> {
    return (await this.under.blobRecords.findLinked(repository, object.digest)) !== undefined;
  }

  /** Deletions go to the trash from here on; a test begins without one. */
  async keepTrash(): Promise<void> {
    await rowsOf(this.knex, `update settings set value = '{"trash_retention_days": 7}' where name = 'system'`, []);
  }
}

export function never(): AbortSignal {
  return new AbortController().signal;
}

/** To be called once, at the top of a test file. */
export function useGarbageScene(): GarbageScene {
  const database = useTestDatabase();
  const scene = new GarbageScene();
  let lookups: PipelinedLookups;
  beforeAll(() => {
    scene.knex = openKnex({ url: database.url, applicationName: 'collection', poolSize: 12 });
    lookups = new PipelinedLookups({ url: database.url, applicationName: 'collection-lookups' });
    scene.under = recordsOnPostgres(scene.knex, lookups);
    scene.collector = new Collector(createGarbageRecords(scene.knex));
  });
  afterAll(async () => {
    await lookups.close();
    await scene.knex.destroy();
  });
  beforeEach(async () => {
    const { knex, under, collector } = scene;
    // What tests before left would be collected, too.
    await under.age(LONG);
    await collector.sweep(never());
    await collector.savePolicy({ paused: false, deleteUntagged: false, untaggedGraceSeconds: 7 * DAYS, keepPulledDays: 0 });
    await rowsOf(
      knex,
      `insert into settings (name, value) values ('system', '{"trash_retention_days": 0}') on conflict (name) do update set value = excluded.value`,
      [],
    );
    scene.here = await newRepository(under);
    scene.there = await newRepository(under);
  });
  afterEach(async () => {
    expect(await scene.under.residue()).toEqual([]);
  });
  return scene;
}
