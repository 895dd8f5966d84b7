import type { RepositoryName, Tag } from '@berth/oci';
import { type CollectedBlob, Collector, type StoredObject } from '@berth/registry';
import {
  ALICE,
  imageOf,
  indexOf,
  asChild,
  newObject,
  newRepository,
  newUpload,
  pushBlob,
  pushImage,
  type RecordsUnderTest,
} from '@berth/testkit';
import type { Knex } from 'knex';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { openKnex, PipelinedLookups } from '../connection/index.ts';
import { recordsOnPostgres } from '../registry/records-on-postgres.ts';
import { useTestDatabase } from '../testing/index.ts';
import { LockSteps } from '../testing/lock-steps.ts';
import { rowsOf } from '../transactions.ts';
import { createGarbageRecords } from './garbage-records.ts';

const database = useTestDatabase();
const DAYS = 24 * 60 * 60;
const LONG = 3 * DAYS;
let knex: Knex;
let lookups: PipelinedLookups;
let under: RecordsUnderTest;
let collector: Collector;
let here: RepositoryName;
let there: RepositoryName;
let steps: LockSteps;

beforeAll(() => {
  knex = openKnex({ url: database.url, applicationName: 'collection', poolSize: 12 });
  lookups = new PipelinedLookups({ url: database.url, applicationName: 'collection-lookups' });
  under = recordsOnPostgres(knex, lookups);
  collector = new Collector(createGarbageRecords(knex));
  steps = new LockSteps(knex);
});
afterAll(async () => {
  await lookups.close();
  await knex.destroy();
});
beforeEach(async () => {
  // What tests before left would be collected, too.
  await under.age(LONG);
  await collector.sweep(never());
  await collector.savePolicy({ paused: false, deleteUntagged: false, untaggedGraceSeconds: 7 * DAYS });
  await rowsOf(
    knex,
    `insert into settings (name, value) values ('system', '{"trash_retention_days": 0}') on conflict (name) do update set value = excluded.value`,
    [],
  );
  here = await newRepository(under);
  there = await newRepository(under);
});
afterEach(async () => {
  expect(await under.residue()).toEqual([]);
});

function never(): AbortSignal {
  return new AbortController().signal;
}

/** Everything that a sweep and the collection after it took. */
async function sweepAll(): Promise<string[]> {
  const gone: CollectedBlob[] = [];
  await collector.sweep(never(), { blobs: async (blobs) => void gone.push(...blobs) });
  return gone.map(({ digest }) => digest).sort();
}

async function isHere(object: StoredObject, repository = here): Promise<boolean> {
  return (await under.blobRecords.findLinked(repository, object.digest)) !== undefined;
}

async function keepTrash(): Promise<void> {
  await rowsOf(knex, `update settings set value = '{"trash_retention_days": 7}' where name = 'system'`, []);
}

describe('what is not garbage', () => {
  test('a blob under its lease', async () => {
    const blob = await pushBlob(under, here);
    expect(await sweepAll()).toEqual([]);
    expect(await isHere(blob)).toBe(true);
  });

  test('a blob past its lease, while its repository is being pushed to', async () => {
    const first = await pushBlob(under, here);
    await under.age(2 * 60 * 60);
    await pushBlob(under, here);
    expect(await sweepAll()).toEqual([]);
    expect(await isHere(first)).toBe(true);
  });

  test('a blob past its lease, while an upload is under way beside it', async () => {
    const first = await pushBlob(under, here);
    await under.age(2 * 60 * 60);
    await under.uploadSessions.create(newUpload(here));
    expect(await sweepAll()).toEqual([]);
    expect(await isHere(first)).toBe(true);
  });

  test('what a manifest needs, tagged or not, however old', async () => {
    const put = await pushImage(under, here);
    await under.age(LONG);
    expect(await sweepAll()).toEqual([]);
    expect((await under.manifestRecords.put({ ...put, tags: ['again' as Tag] })).outcome).toBe('stored');
  });

  test('a blob as the child of an index', async () => {
    const blob = await pushBlob(under, here);
    await under.manifestRecords.put(indexOf(here, [{ ...blob, mediaType: 'application/vnd.buildkit.cacheconfig.v0' }]));
    await under.age(LONG);
    expect(await sweepAll()).toEqual([]);
    expect(await isHere(blob)).toBe(true);
  });

  test('a blob that came after the manifest that names it', async () => {
    const late = newObject();
    await under.manifestRecords.put(indexOf(here, [late], { allowSparse: true }));
    await pushBlob(under, here, late);
    await under.age(LONG);
    expect(await sweepAll()).toEqual([]);
    expect(await isHere(late)).toBe(true);
  });

  test('what lies in the trash, until it is purged', async () => {
    await keepTrash();
    const put = await pushImage(under, here);
    await under.manifestRecords.remove(here, put.digest, ALICE);
    await under.age(LONG);
    expect(await sweepAll()).toEqual([]);
    await rowsOf(knex, 'delete from trash', []);
    expect(await sweepAll()).toEqual(put.manifest.references.map(({ digest }) => digest).sort());
  });

  test('anything, while collection is paused', async () => {
    const blob = await pushBlob(under, here);
    await under.age(LONG);
    await collector.savePolicy({ paused: true });
    expect(await sweepAll()).toEqual([]);
    expect(await isHere(blob)).toBe(true);
    await collector.savePolicy({ paused: false });
    expect(await sweepAll()).toEqual([blob.digest]);
  });

  test('anything, when deciding fails half-way', async () => {
    const blob = await pushBlob(under, here);
    await under.age(LONG);
    await rowsOf(knex, 'alter table trash_blobs rename to trash_blobs_away', []);
    try {
      await expect(collector.sweep(never())).rejects.toThrow('trash_blobs');
    } finally {
      await rowsOf(knex, 'alter table trash_blobs_away rename to trash_blobs', []);
    }
    expect(await isHere(blob)).toBe(true);
    expect(await rowsOf(knex, 'select 1 from blob_deletions where storage_key = ?', [blob.key])).toEqual([]);
  });
});

describe('what is garbage', () => {
  test('the blobs of a deleted manifest go without a sweep, and those that others need stay', async () => {
    const shared = await pushBlob(under, here);
    const own = await pushBlob(under, here);
    const gone = imageOf(here, [shared, own]);
    await under.manifestRecords.put(gone);
    await under.manifestRecords.put(imageOf(here, [shared]));
    await under.age(LONG);
    await under.manifestRecords.remove(here, gone.digest, ALICE);
    expect(await collector.collect(never())).toMatchObject({ links: 1, blobs: 1, bytes: own.size });
    expect(await isHere(own)).toBe(false);
    expect(await isHere(shared)).toBe(true);
    expect(await rowsOf(knex, 'select digest, not_before > now() as later from blob_deletions where storage_key = ?', [own.key])).toEqual([
      { digest: own.digest, later: true },
    ]);
  });

  test('a link goes alone while another repository has the blob', async () => {
    const blob = await pushBlob(under, here);
    await under.blobRecords.mount(here, there, blob.digest);
    await under.manifestRecords.put(imageOf(there, [blob]));
    await under.age(LONG);
    expect(await sweepAll()).toEqual([]);
    expect(await isHere(blob)).toBe(false);
    expect(await isHere(blob, there)).toBe(true);
  });

  test('a lease that is not over yet only postpones', async () => {
    const put = await pushImage(under, here);
    await under.manifestRecords.remove(here, put.digest, ALICE);
    expect(await collector.collect(never())).toMatchObject({ blobs: 0 });
    await under.age(LONG);
    expect(await collector.collect(never())).toMatchObject({ blobs: 2 });
  });

  test('a quarantined blob that nothing needs', async () => {
    const blob = await pushBlob(under, here);
    await under.blobRecords.quarantine(blob);
    await under.age(LONG);
    expect(await sweepAll()).toEqual([blob.digest]);
  });

  test('the dry run tells exactly what then goes', async () => {
    const [first, second] = [await pushBlob(under, here), await pushBlob(under, here)];
    await pushImage(under, here);
    await under.age(LONG);
    const leased = await pushBlob(under, there);
    const one = await collector.dryRun(0, 1);
    const rest = await collector.dryRun(one[0]?.position ?? 0, 100);
    const told = [...one, ...rest].map(({ digest }) => digest).sort();
    expect(told).toEqual([first.digest, second.digest].sort());
    expect(await sweepAll()).toEqual(told);
    expect(await isHere(leased, there)).toBe(true);
  });
});

describe('untagged manifests', () => {
  const untagged = { deleteUntagged: true, untaggedGraceSeconds: 3600 };

  async function aged(): Promise<void> {
    await rowsOf(knex, `update manifests set pushed_at = pushed_at - interval '2 hours'`, []);
    await rowsOf(knex, `update tag_history set moved_at = moved_at - interval '2 hours'`, []);
  }

  async function left(): Promise<string[]> {
    const rows = await rowsOf<{ digest: string }>(
      knex,
      'select m.digest from manifests m join repositories r on r.id = m.repository_id where r.name = ?',
      [here],
    );
    return rows.map(({ digest }) => digest).sort();
  }

  test('stay unless the policy says otherwise', async () => {
    const put = await pushImage(under, here);
    await aged();
    await sweepAll();
    expect(await left()).toEqual([put.digest]);
  });

  test('go after their grace; tags, indexes, subjects, recent pushes, pulls and moves of tags keep them', async () => {
    const loose = await pushImage(under, here);
    const tagged = await pushImage(under, here, ['v1']);
    const child = await pushImage(under, here);
    const index = indexOf(here, [asChild(child)], { tags: ['all' as Tag] });
    await under.manifestRecords.put(index);
    const pulled = await pushImage(under, here);
    const lost = await pushImage(under, here, ['v2']);
    await aged();
    await under.manifestRecords.removeTag(here, 'v2' as Tag, ALICE);
    await rowsOf(knex, 'insert into manifest_traffic (manifest_id, pulled_at) select id, now() from manifests where digest = ?', [
      pulled.digest,
    ]);
    const fresh = await pushImage(under, here);
    await collector.savePolicy(untagged);
    const gone: string[] = [];
    await collector.sweep(never(), {
      manifests: async (manifests) =>
        void gone.push(...manifests.filter(({ repository }) => repository === here).map(({ digest }) => digest)),
    });
    expect(gone).toEqual([loose.digest]);
    expect(await left()).toEqual([tagged, child, index, pulled, lost, fresh].map(({ digest }) => digest).sort());
  });

  test('can be brought back from the trash', async () => {
    await keepTrash();
    const loose = await pushImage(under, here);
    await aged();
    await collector.savePolicy(untagged);
    await collector.sweep(never());
    expect(await left()).toEqual([]);
    expect(await rowsOf(knex, 'select deleted_by from trash where digest = ?', [loose.digest])).toEqual([
      { deleted_by: 'system:collection' },
    ]);
  });
});

describe('collection and', () => {
  const QUOTA = 'select 1 from project_quotas q join projects p on p.id = q.project_id where p.name = ? for update of q';
  const project = (): string => here.split('/')[0] ?? '';

  async function garbage(): Promise<StoredObject> {
    const blob = await pushBlob(under, here);
    await under.age(LONG);
    return blob;
  }

  test('a manifest PUT that holds the blob: collection passes by, and finds it in use later', async () => {
    await pushImage(under, here, ['v1']);
    const blob = await garbage();
    const release = await steps.hold('select 1 from tags t, repositories r where t.repository_id = r.id and r.name = ? for update of t', [
      here,
    ]);
    const putting = under.manifestRecords.put(imageOf(here, [blob], { tags: ['v1' as Tag] }));
    await steps.whenWaiting(1);
    expect(await sweepAll()).toEqual([]);
    await release();
    expect(await putting).toEqual({ outcome: 'stored' });
    await under.age(LONG);
    expect(await sweepAll()).toEqual([]);
    expect(await isHere(blob)).toBe(true);
  });

  test('whatever wants the blob while it goes: each is told that it is not there', async () => {
    const blob = await garbage();
    const session = await under.uploadSessions.create(newUpload(there, { sealing: blob.digest }));
    // Collection has deleted link and blob, and cannot commit.
    const release = await steps.hold(QUOTA, [project()]);
    const collecting = sweepAll();
    await steps.whenWaiting(1);
    const putting = under.manifestRecords.put(imageOf(here, [blob]));
    const mounting = under.blobRecords.mount(here, there, blob.digest);
    const renewing = under.blobRecords.renewLease(here, blob.digest);
    const known = under.blobRecords.commitKnown(session, blob);
    await steps.whenWaiting(5);
    await release();
    expect(await collecting).toEqual([blob.digest]);
    expect(await putting).toMatchObject({ outcome: 'refused', missing: [{ digest: blob.digest }] });
    expect([await mounting, await renewing, await known]).toEqual([false, false, false]);
    const copy = newObject(blob.digest);
    expect(await under.blobRecords.commitUpload(session, copy)).toEqual({ outcome: 'stored' });
    expect((await under.blobRecords.findLinked(there, blob.digest))?.object.key).toBe(copy.key);
  });
});

test('events go when they are old', async () => {
  await pushImage(under, here, ['old']);
  await rowsOf(knex, `update events set created_at = now() - interval '8 days'`, []);
  const young = await pushImage(under, here, ['young']);
  expect(await collector.trimEvents()).toEqual({ more: false });
  expect(await rowsOf(knex, 'select digest from events', [])).toEqual([{ digest: young.digest }]);
});

test('why tells what keeps a blob and a manifest', async () => {
  const put = await pushImage(under, here, ['v1']);
  const layer = put.manifest.references[0]?.digest;
  if (layer === undefined) throw new Error('The image has no layer.');
  expect((await collector.why(layer))?.reasons).toEqual([
    { reason: 'manifest', repository: here, by: put.digest },
    { reason: 'lease', repository: here, until: expect.any(Date) },
  ]);
  expect(await collector.why(put.digest)).toMatchObject({ kind: 'manifest', reasons: [{ reason: 'tag', repository: here, by: 'v1' }] });
  await under.age(LONG);
  await under.manifestRecords.remove(here, put.digest, ALICE);
  expect((await collector.why(layer))?.reasons).toEqual([{ reason: 'nothing' }]);
  await collector.collect(never());
  expect(await collector.why(layer)).toMatchObject({ kind: 'deleted object', reasons: [{ reason: 'waiting', until: expect.any(Date) }] });
  expect(await collector.why(newObject().digest)).toBeUndefined();
});

test('the numbers tell apart what goes now, what is young, what the trash keeps, and what only its object is left of', async () => {
  const none = { blobs: 0, bytes: 0 };
  await rowsOf(knex, 'delete from trash', []);
  await sweepAll();
  await keepTrash();
  const base = await collector.numbers();
  const put = await pushImage(under, here);
  const size = put.manifest.references.reduce((sum, reference) => sum + reference.size, 0);
  expect(await collector.numbers()).toEqual(base);
  await under.manifestRecords.remove(here, put.digest, ALICE);
  expect(await collector.numbers()).toMatchObject({ reclaimable: none, inGrace: none, inTrash: { blobs: 2, bytes: size }, complete: true });
  await rowsOf(knex, 'delete from trash', []);
  expect(await collector.numbers()).toMatchObject({ reclaimable: none, inGrace: { blobs: 2, bytes: size }, inTrash: none });
  await under.age(LONG);
  expect(await collector.numbers()).toMatchObject({ reclaimable: { blobs: 2, bytes: size }, inGrace: none });
  await collector.collect(never());
  const { reclaimable, waiting } = await collector.numbers();
  expect(reclaimable).toEqual(none);
  expect(waiting).toEqual({ blobs: base.waiting.blobs + 2, bytes: base.waiting.bytes + size });
  await sweepAll();
});
