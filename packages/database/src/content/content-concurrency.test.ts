import type { RepositoryName, Tag } from '@berth/oci';
import { type Content, createContent, type BlobStore } from '@berth/registry';
import { ALICE, asChild, BOB, indexOf, newRepository, pushImage, type RecordsUnderTest } from '@berth/testkit';
import type { Knex } from 'knex';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { openKnex, PipelinedLookups } from '../connection/index.ts';
import { recordsOnPostgres } from '../registry/records-on-postgres.ts';
import { useTestDatabase } from '../testing/index.ts';
import { LockSteps } from '../testing/lock-steps.ts';
import { createContentStores, type ContentStores } from './content-stores.ts';

const database = useTestDatabase();
let knex: Knex;
let lookups: PipelinedLookups;
let under: RecordsUnderTest;
let stores: ContentStores;
let content: Content;
let here: RepositoryName;

beforeAll(() => {
  knex = openKnex({ url: database.url, applicationName: 'content', poolSize: 20 });
  lookups = new PipelinedLookups({ url: database.url, applicationName: 'content-lookups' });
  under = recordsOnPostgres(knex, lookups);
  stores = createContentStores(knex);
  content = createContent({
    ...stores,
    ...under,
    // Configs have no bytes here, and no test lists what would be read out of them.
    blobStore: undefined as unknown as BlobStore,
    report: (error) => {
      throw error;
    },
  });
});
afterAll(async () => {
  await lookups.close();
  await knex.destroy();
});
beforeEach(async () => {
  here = await newRepository(under);
});
afterEach(async () => {
  expect(await under.residue()).toEqual([]);
});

async function idOf(name: RepositoryName): Promise<number> {
  const found = await stores.lists.repository(name);
  if (found === undefined) throw new Error(`${name} is not there.`);
  return found.id;
}

async function entriesOf(kind: 'artifact' | 'repository' | 'tag') {
  const { items } = await stores.trash.list({ page: 1, pageSize: 100, kind });
  return items.filter(({ name }) => name === here);
}

describe('at the same moment', () => {
  test('an artifact is deleted and pushed: the second sees the first, and nothing is lost in between', async () => {
    for (let round = 0; round < 15; round += 1) {
      const image = await pushImage(under, here, ['v1']);
      const [outcome, put] = await Promise.all([stores.changes.deleteArtifact(here, image.digest, BOB), under.manifestRecords.put(image)]);
      expect([outcome, put.outcome]).toEqual(['removed', 'stored']);
      const there = await under.manifestRecords.head(here, { kind: 'digest', digest: image.digest });
      const held = (await entriesOf('artifact')).filter(({ digest }) => digest === image.digest);
      expect([there !== undefined, held.length]).toEqual(there === undefined ? [false, 1] : [true, 0]);
    }
  });

  test('an artifact goes while pulls of it are counted: the others of the batch count, and it no more', async () => {
    const [gone, kept] = [await pushImage(under, here), await pushImage(under, here)];
    // As a deletion does it, and cannot commit yet.
    const commit = await new LockSteps(knex).hold(
      `with f as (delete from manifest_references f using manifests m where f.manifest_id = m.id and m.digest = ?),
         c as (delete from manifest_contents where digest = ?)
       delete from manifests where digest = ? returning 1`,
      [gone.digest, gone.digest, gone.digest],
    );
    const pulls = [gone, kept].map(({ digest }) => ({ repository: here, digest, tag: undefined, count: 2, lastAt: new Date() }));
    const counting = stores.traffic.add(pulls, []);
    await new LockSteps(knex).whenWaiting(1);
    await commit();
    await counting;
    const counted = await knex('manifest_traffic')
      .join('manifests', 'manifests.id', 'manifest_traffic.manifest_id')
      .where({ digest: kept.digest });
    expect(counted).toMatchObject([{ pull_count: 2 }]);
    expect(await knex('repository_traffic').where({ repository_id: await idOf(here) })).toMatchObject([{ pull_count: 4 }]);
  });

  test('a child is deleted and an index that lists it is pushed', async () => {
    for (let round = 0; round < 15; round += 1) {
      const child = await pushImage(under, here);
      const index = indexOf(here, [asChild(child)]);
      const [outcome, put] = await Promise.all([stores.changes.deleteArtifact(here, child.digest, BOB), under.manifestRecords.put(index)]);
      expect([
        ['removed', 'refused'],
        ['in use', 'stored'],
      ]).toContainEqual([outcome, put.outcome]);
    }
  });

  test('an entry is restored and purged: it is whole or it is gone', async () => {
    for (let round = 0; round < 15; round += 1) {
      const image = await pushImage(under, here, ['v1']);
      await stores.changes.deleteArtifact(here, image.digest, BOB);
      const [entry] = await entriesOf('artifact');
      if (entry === undefined) throw new Error('Nothing went to the trash.');
      const [restored] = await Promise.allSettled([content.trash.restore(entry, ALICE), stores.trash.purge(entry.id)]);
      const there = await under.manifestRecords.find(here, { kind: 'tag', tag: 'v1' as Tag });
      if (restored.status === 'fulfilled' && restored.value === 'restored') {
        expect(there?.digest).toBe(image.digest);
        await stores.changes.deleteArtifact(here, image.digest, BOB);
        for (const left of await entriesOf('artifact')) await stores.trash.purge(left.id);
      } else expect(there).toBeUndefined();
    }
  });

  test('a repository is deleted while pushes arrive: what was acknowledged is in it or in the trash', async () => {
    for (let round = 0; round < 8; round += 1) {
      await pushImage(under, here, ['first']);
      const before = await idOf(here);
      const [gone, ...pushes] = await Promise.all([
        stores.changes.deleteRepository(before, BOB),
        ...[1, 2, 3].map((n) => pushImage(under, here, [`n${n}`]).catch(() => undefined)),
      ]);
      expect(gone).toBe(true);
      for (const put of pushes) {
        if (put === undefined) continue;
        const rows = await knex('manifests').where({ digest: put.digest }).select<{ repository_id: number }[]>('repository_id');
        const living = await under.manifestRecords.head(here, { kind: 'digest', digest: put.digest });
        expect(living !== undefined || rows.some((row) => row.repository_id === before)).toBe(true);
      }
      const living = await stores.lists.repository(here);
      if (living !== undefined) await stores.changes.deleteRepository(living.id, BOB);
      for (const entry of await entriesOf('repository')) expect(await stores.trash.purge(entry.id)).toBe(true);
    }
    expect(
      await knex('manifests').join('repositories', 'repositories.id', 'manifests.repository_id').where('repositories.name', here),
    ).toEqual([]);
  });

  test('everything at once ends without a deadlock and without residue', async () => {
    const image = await pushImage(under, here, ['a', 'b', 'c']);
    const repositoryId = await idOf(here);
    const pull = { repository: here, digest: image.digest, tag: 'a' as Tag, count: 1, lastAt: new Date() };
    const work = Array.from({ length: 12 }, async (_, n) => {
      for (let round = 0; round < 6; round += 1) {
        if (n % 6 === 0) await under.manifestRecords.put({ ...image, tags: ['a', 'b', 'c'] as Tag[] });
        else if (n % 6 === 1) await stores.changes.deleteArtifact(here, image.digest, BOB);
        else if (n % 6 === 2) await stores.traffic.add([pull, { ...pull, tag: 'b' as Tag }], []);
        else if (n % 6 === 3) await under.manifestRecords.removeTag(here, 'b' as Tag, BOB);
        else if (n % 6 === 4) await stores.changes.moveTag({ repositoryId, tag: 'c' as Tag, digest: image.digest, actor: ALICE });
        else for (const entry of await entriesOf('artifact')) await content.trash.restore(entry, ALICE).catch(onlyChanged);
      }
    });
    await Promise.all(work);
    await under.manifestRecords.put(image);
    expect((await under.manifestRecords.head(here, { kind: 'tag', tag: 'a' as Tag }))?.digest).toBe(image.digest);
  });
});

/** What is restored may be taken away again while it is put back: that is told, and nothing half stays. */
function onlyChanged(error: unknown): void {
  expect((error as { code?: string }).code).toBe('MANIFEST_UNKNOWN');
}

describe('numbers in tags', () => {
  test('are ordered as versions', async () => {
    const names = ['1.0', '1.0.0-rc.2', '1.0.0-rc.10', 'v1.0.1', '1.2', '1.10.0', '1.10.0-alpine', '2', '20240101', 'latest', 'sha-1234'];
    await pushImage(under, here, names);
    const { items } = await stores.lists.tags(await idOf(here), {
      page: 1,
      pageSize: 100,
      sort: [{ field: 'version', descending: false }],
    });
    expect(items.map(({ name }) => name)).toEqual([
      '1.0.0-rc.2',
      '1.0.0-rc.10',
      '1.0',
      'v1.0.1',
      '1.2',
      '1.10.0-alpine',
      '1.10.0',
      '2',
      '20240101',
      'latest',
      'sha-1234',
    ]);
  });
});

describe('a page', () => {
  test('costs the same number of statements whatever it shows', async () => {
    for (let n = 0; n < 12; n += 1) await pushImage(under, here, [`t${n}`]);
    const repositoryId = await idOf(here);
    const count = async (pageSize: number): Promise<number> => {
      let statements = 0;
      const tally = (): void => void (statements += 1);
      knex.on('query', tally);
      const detail = { tags: true, labels: true, accessories: true };
      await stores.lists.artifacts({ page: 1, pageSize, ...detail, where: { repositoryId } });
      await stores.lists.tags(repositoryId, { page: 1, pageSize });
      await stores.lists.repositories({ page: 1, pageSize, scope: 'everything' });
      knex.removeListener('query', tally);
      return statements;
    };
    expect(await count(12)).toBe(await count(1));
  });
});
