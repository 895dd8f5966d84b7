import { ALICE, newObject, pushImage } from '@berth/testkit';
import { expect, test } from 'vitest';
import { rowsOf } from '../transactions.ts';
import { LONG, never, useGarbageScene } from './testing/garbage-scene.ts';

const scene = useGarbageScene();

test('events go when they are old', async () => {
  await pushImage(scene.under, scene.here, ['old']);
  await rowsOf(scene.knex, `update events set created_at = now() - interval '8 days'`, []);
  const young = await pushImage(scene.under, scene.here, ['young']);
  expect(await scene.collector.trimEvents()).toEqual({ more: false });
  expect(await rowsOf(scene.knex, 'select digest from events', [])).toEqual([{ digest: young.digest }]);
});

test('why tells what keeps a blob and a manifest', async () => {
  const put = await pushImage(scene.under, scene.here, ['v1']);
  const layer = put.manifest.references[0]?.digest;
  if (layer === undefined) throw new Error('The image has no layer.');
  expect((await scene.collector.why(layer))?.reasons).toEqual([
    { reason: 'manifest', repository: scene.here, by: put.digest },
    { reason: 'lease', repository: scene.here, until: expect.any(Date) },
  ]);
  expect(await scene.collector.why(put.digest)).toMatchObject({
    kind: 'manifest',
    reasons: [{ reason: 'tag', repository: scene.here, by: 'v1' }],
  });
  await scene.under.age(LONG);
  await scene.under.manifestRecords.remove(scene.here, put.digest, ALICE);
  expect((await scene.collector.why(layer))?.reasons).toEqual([{ reason: 'nothing' }]);
  await scene.collector.collect(never());
  expect(await scene.collector.why(layer)).toMatchObject({
    kind: 'deleted object',
    reasons: [{ reason: 'waiting', until: expect.any(Date) }],
  });
  expect(await scene.collector.why(newObject().digest)).toBeUndefined();
});

test('the numbers tell apart what goes now, what is young, what the trash keeps, and what only its object is left of', async () => {
  const none = { blobs: 0, bytes: 0 };
  await rowsOf(scene.knex, 'delete from trash', []);
  await scene.sweepAll();
  await scene.keepTrash();
  const base = await scene.collector.numbers();
  const put = await pushImage(scene.under, scene.here);
  const size = put.manifest.references.reduce((sum, reference) => sum + reference.size, 0);
  expect(await scene.collector.numbers()).toEqual(base);
  await scene.under.manifestRecords.remove(scene.here, put.digest, ALICE);
  expect(await scene.collector.numbers()).toMatchObject({
    reclaimable: none,
    inGrace: none,
    inTrash: { blobs: 2, bytes: size },
    complete: true,
  });
  await rowsOf(scene.knex, 'delete from trash', []);
  expect(await scene.collector.numbers()).toMatchObject({ reclaimable: none, inGrace: { blobs: 2, bytes: size }, inTrash: none });
  await scene.under.age(LONG);
  expect(await scene.collector.numbers()).toMatchObject({ reclaimable: { blobs: 2, bytes: size }, inGrace: none });
  await scene.collector.collect(never());
  const { reclaimable, waiting } = await scene.collector.numbers();
  expect(reclaimable).toEqual(none);
  expect(waiting).toEqual({ blobs: base.waiting.blobs + 2, bytes: base.waiting.bytes + size });
  await scene.sweepAll();
});

test('the backlog tells what waits, and for how long the oldest object could have gone', async () => {
  await scene.sweepAll();
  await rowsOf(scene.knex, 'delete from blob_deletions', []);
  const put = await pushImage(scene.under, scene.here);
  await scene.under.manifestRecords.remove(scene.here, put.digest, ALICE);
  await rowsOf(scene.knex, 'delete from trash', []);
  await scene.under.age(LONG);
  expect((await scene.collector.backlog()).candidates).toBeGreaterThanOrEqual(2);
  await scene.collector.collect(never());
  expect(await scene.collector.backlog()).toMatchObject({ objects: 2, overdue: 0 });
  await rowsOf(scene.knex, `update blob_deletions set not_before = now() - interval '1 hour'`, []);
  const { overdue } = await scene.collector.backlog();
  expect([overdue >= 3600, overdue < 7200]).toEqual([true, true]);
  await scene.sweepAll();
});
