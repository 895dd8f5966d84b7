import type { Tag } from '@berth/oci';
import { ALICE, asChild, indexOf, pushImage } from '@berth/testkit';
import { describe, expect, test } from 'vitest';
import { rowsOf } from '../transactions.ts';
import { never, useGarbageScene } from './testing/garbage-scene.ts';

const scene = useGarbageScene();

describe('untagged manifests', () => {
  const untagged = { deleteUntagged: true, untaggedGraceSeconds: 3600 };

  async function aged(): Promise<void> {
    await rowsOf(scene.knex, `update manifests set pushed_at = pushed_at - interval '2 hours'`, []);
    await rowsOf(scene.knex, `update tag_history set moved_at = moved_at - interval '2 hours'`, []);
  }

  async function pulled(digest: string, ago: string): Promise<void> {
    await rowsOf(
      scene.knex,
      'insert into manifest_traffic (manifest_id, pulled_at) select id, now() - ?::interval from manifests where digest = ?',
      [ago, digest],
    );
  }

  async function left(): Promise<string[]> {
    const rows = await rowsOf<{ digest: string }>(
      scene.knex,
      'select m.digest from manifests m join repositories r on r.id = m.repository_id where r.name = ?',
      [scene.here],
    );
    return rows.map(({ digest }) => digest).sort();
  }

  test('stay unless the policy says otherwise', async () => {
    const put = await pushImage(scene.under, scene.here);
    await aged();
    await scene.sweepAll();
    expect(await left()).toEqual([put.digest]);
  });

  test('go after their grace; tags, indexes, subjects, recent pushes, pulls and moves of tags keep them', async () => {
    const loose = await pushImage(scene.under, scene.here);
    const tagged = await pushImage(scene.under, scene.here, ['v1']);
    const child = await pushImage(scene.under, scene.here);
    const index = indexOf(scene.here, [asChild(child)], { tags: ['all' as Tag] });
    await scene.under.manifestRecords.put(index);
    const wanted = await pushImage(scene.under, scene.here);
    const lost = await pushImage(scene.under, scene.here, ['v2']);
    await aged();
    await scene.under.manifestRecords.removeTag(scene.here, 'v2' as Tag, ALICE);
    await pulled(wanted.digest, '0');
    const fresh = await pushImage(scene.under, scene.here);
    await scene.collector.savePolicy(untagged);
    const gone: string[] = [];
    await scene.collector.sweep(never(), {
      manifests: async (manifests) =>
        void gone.push(...manifests.filter(({ repository }) => repository === scene.here).map(({ digest }) => digest)),
    });
    expect(gone).toEqual([loose.digest]);
    expect(await left()).toEqual([tagged, child, index, wanted, lost, fresh].map(({ digest }) => digest).sort());
  });

  test('that were pulled within the days that the policy names stay beyond their grace, and why says until when', async () => {
    const [recent, old] = [await pushImage(scene.under, scene.here), await pushImage(scene.under, scene.here)];
    await aged();
    await pulled(recent.digest, '2 days');
    await pulled(old.digest, '4 days');
    await scene.collector.savePolicy({ ...untagged, keepPulledDays: 3 });
    expect((await scene.collector.why(recent.digest))?.reasons).toEqual([
      { reason: 'pulled', repository: scene.here, until: expect.any(Date) },
    ]);
    expect((await scene.collector.why(old.digest))?.reasons).toEqual([{ reason: 'nothing' }]);
    await scene.sweepAll();
    expect(await left()).toEqual([recent.digest]);
    await scene.collector.savePolicy({ keepPulledDays: 0 });
    await scene.sweepAll();
    expect(await left()).toEqual([]);
  });

  test('are told by a dry run as they then go', async () => {
    const [loose, kept] = [await pushImage(scene.under, scene.here), await pushImage(scene.under, scene.here, ['v1'])];
    await aged();
    await scene.collector.savePolicy({ untaggedGraceSeconds: 3600 });
    const told = async (options = {}): Promise<unknown[]> => {
      const all: unknown[] = [];
      for await (const page of scene.collector.looseManifests(options)) all.push(...page);
      return all;
    };
    expect(await told()).toEqual([]);
    expect(await told({ deleteUntagged: true })).toEqual([{ repository: scene.here, digest: loose.digest }]);
    expect(await left()).toEqual([loose.digest, kept.digest].sort());
  });

  test('can be brought back from the trash', async () => {
    await scene.keepTrash();
    const loose = await pushImage(scene.under, scene.here);
    await aged();
    await scene.collector.savePolicy(untagged);
    await scene.collector.sweep(never());
    expect(await left()).toEqual([]);
    expect(await rowsOf(scene.knex, 'select deleted_by from trash where digest = ?', [loose.digest])).toEqual([
      { deleted_by: 'system:collection' },
    ]);
  });
});
