import type { RepositoryName, Tag } from '@berth/oci';
import { ALICE, asChild, BOB, indexOf, newRepository, pushImage } from '@berth/testkit';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { LockSteps } from '../testing/lock-steps.ts';
import { useContentScene } from './testing/content-scene.ts';

const scene = useContentScene('content', 20);
let here: RepositoryName;
beforeEach(async () => {
  here = await newRepository(scene.under);
});
afterEach(async () => {
  expect(await scene.under.residue()).toEqual([]);
});

async function idOf(name: RepositoryName): Promise<number> {
  const found = await scene.stores.lists.repository(name);
  if (found === undefined) throw new Error(`${name} is not there.`);
  return found.id;
}

async function entriesOf(kind: 'artifact' | 'repository' | 'tag') {
  const { items } = await scene.stores.trash.list({ page: 1, pageSize: 100, kind });
  return items.filter(({ name }) => name === here);
}

describe('at the same moment', () => {
  test('an artifact is deleted and pushed: the second sees the first, and nothing is lost in between', async () => {
    for (let round = 0; round < 15; round += 1) {
      const image = await pushImage(scene.under, here, ['v1']);
      const [outcome, put] = await Promise.all([
        scene.stores.changes.deleteArtifact(here, image.digest, BOB),
        scene.under.manifestRecords.put(image),
      ]);
      expect([outcome, put.outcome]).toEqual(['removed', 'stored']);
      const there = await scene.under.manifestRecords.head(here, { kind: 'digest', digest: image.digest });
      const held = (await entriesOf('artifact')).filter(({ digest }) => digest === image.digest);
      expect([there !== undefined, held.length]).toEqual(there === undefined ? [false, 1] : [true, 0]);
    }
  });

  test('an artifact goes while pulls of it are counted: the others of the batch count, and it no more', async () => {
    const [gone, kept] = [await pushImage(scene.under, here), await pushImage(scene.under, here)];
    // As a deletion does it, and cannot commit yet.
    const commit = await new LockSteps(scene.knex).hold(
      `with f as (delete from manifest_references f using manifests m where f.manifest_id = m.id and m.digest = ?),
         c as (delete from manifest_contents where digest = ?)
       delete from manifests where digest = ? returning 1`,
      [gone.digest, gone.digest, gone.digest],
    );
    const pulls = [gone, kept].map(({ digest }) => ({ repository: here, digest, tag: undefined, count: 2, lastAt: new Date() }));
    const counting = scene.stores.traffic.add(pulls, []);
    await new LockSteps(scene.knex).whenWaiting(1);
    await commit();
    await counting;
    const counted = await scene
      .knex('manifest_traffic')
      .join('manifests', 'manifests.id', 'manifest_traffic.manifest_id')
      .where({ digest: kept.digest });
    expect(counted).toMatchObject([{ pull_count: 2 }]);
    expect(await scene.knex('repository_traffic').where({ repository_id: await idOf(here) })).toMatchObject([{ pull_count: 4 }]);
  });

  test('a child is deleted and an index that lists it is pushed', async () => {
    for (let round = 0; round < 15; round += 1) {
      const child = await pushImage(scene.under, here);
      const index = indexOf(here, [asChild(child)]);
      const [outcome, put] = await Promise.all([
        scene.stores.changes.deleteArtifact(here, child.digest, BOB),
        scene.under.manifestRecords.put(index),
      ]);
      expect([
        ['removed', 'refused'],
        ['in use', 'stored'],
      ]).toContainEqual([outcome, put.outcome]);
    }
  });

  test('an entry is restored and purged: it is whole or it is gone', async () => {
    for (let round = 0; round < 15; round += 1) {
      const image = await pushImage(scene.under, here, ['v1']);
      await scene.stores.changes.deleteArtifact(here, image.digest, BOB);
      const [entry] = await entriesOf('artifact');
      if (entry === undefined) throw new Error('Nothing went to the trash.');
      const [restored] = await Promise.allSettled([scene.content.trash.restore(entry, ALICE), scene.stores.trash.purge(entry.id)]);
      const there = await scene.under.manifestRecords.find(here, { kind: 'tag', tag: 'v1' as Tag });
      if (restored.status === 'fulfilled' && restored.value === 'restored') {
        expect(there?.digest).toBe(image.digest);
        await scene.stores.changes.deleteArtifact(here, image.digest, BOB);
        for (const left of await entriesOf('artifact')) await scene.stores.trash.purge(left.id);
      } else expect(there).toBeUndefined();
    }
  });

  test('a repository is deleted while pushes arrive: what was acknowledged is in it or in the trash', async () => {
    for (let round = 0; round < 8; round += 1) {
      await pushImage(scene.under, here, ['first']);
      const before = await idOf(here);
      const [gone, ...pushes] = await Promise.all([
        scene.stores.changes.deleteRepository(before, BOB),
        ...[1, 2, 3].map((n) => pushImage(scene.under, here, [`n${n}`]).catch(() => undefined)),
      ]);
      expect(gone).toBe(true);
      for (const put of pushes) {
        if (put === undefined) continue;
        const rows = await scene.knex('manifests').where({ digest: put.digest }).select<{ repository_id: number }[]>('repository_id');
        const living = await scene.under.manifestRecords.head(here, { kind: 'digest', digest: put.digest });
        expect(living !== undefined || rows.some((row) => row.repository_id === before)).toBe(true);
      }
      const living = await scene.stores.lists.repository(here);
      if (living !== undefined) await scene.stores.changes.deleteRepository(living.id, BOB);
      for (const entry of await entriesOf('repository')) expect(await scene.stores.trash.purge(entry.id)).toBe(true);
    }
    expect(
      await scene.knex('manifests').join('repositories', 'repositories.id', 'manifests.repository_id').where('repositories.name', here),
    ).toEqual([]);
  });

  test('everything at once ends without a deadlock and without residue', async () => {
    const image = await pushImage(scene.under, here, ['a', 'b', 'c']);
    const repositoryId = await idOf(here);
    const pull = { repository: here, digest: image.digest, tag: 'a' as Tag, count: 1, lastAt: new Date() };
    const work = Array.from({ length: 12 }, async (_, n) => {
      for (let round = 0; round < 6; round += 1) {
        if (n % 6 === 0) await scene.under.manifestRecords.put({ ...image, tags: ['a', 'b', 'c'] as Tag[] });
        else if (n % 6 === 1) await scene.stores.changes.deleteArtifact(here, image.digest, BOB);
        else if (n % 6 === 2) await scene.stores.traffic.add([pull, { ...pull, tag: 'b' as Tag }], []);
        else if (n % 6 === 3) await scene.under.manifestRecords.removeTag(here, 'b' as Tag, BOB);
        else if (n % 6 === 4) await scene.stores.changes.moveTag({ repositoryId, tag: 'c' as Tag, digest: image.digest, actor: ALICE });
        else for (const entry of await entriesOf('artifact')) await scene.content.trash.restore(entry, ALICE).catch(onlyChanged);
      }
    });
    await Promise.all(work);
    await scene.under.manifestRecords.put(image);
    expect((await scene.under.manifestRecords.head(here, { kind: 'tag', tag: 'a' as Tag }))?.digest).toBe(image.digest);
  });
});

/** What is restored may be taken away again while it is put back: that is told, and nothing half stays. */
function onlyChanged(error: unknown): void {
  expect((error as { code?: string }).code).toBe('MANIFEST_UNKNOWN');
}

describe('numbers in tags', () => {
  test('are ordered as versions', async () => {
    const names = ['1.0', '1.0.0-rc.2', '1.0.0-rc.10', 'v1.0.1', '1.2', '1.10.0', '1.10.0-alpine', '2', '20240101', 'latest', 'sha-1234'];
    await pushImage(scene.under, here, names);
    const { items } = await scene.stores.lists.tags(await idOf(here), {
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
    for (let n = 0; n < 12; n += 1) await pushImage(scene.under, here, [`t${n}`]);
    const repositoryId = await idOf(here);
    const count = async (pageSize: number): Promise<number> => {
      let statements = 0;
      const tally = (): void => void (statements += 1);
      scene.knex.on('query', tally);
      const detail = { tags: true, labels: true, accessories: true };
      await scene.stores.lists.artifacts({ page: 1, pageSize, ...detail, where: { repositoryId } });
      await scene.stores.lists.tags(repositoryId, { page: 1, pageSize });
      await scene.stores.lists.repositories({ page: 1, pageSize, scope: 'everything' });
      scene.knex.removeListener('query', tally);
      return statements;
    };
    expect(await count(12)).toBe(await count(1));
  });
});
