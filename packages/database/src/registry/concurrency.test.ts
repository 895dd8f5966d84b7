import { parseRepositoryName, type RepositoryName, type Tag } from '@berth/oci';
import {
  ALICE,
  asChild,
  claimedUpload,
  imageOf,
  indexOf,
  newObject,
  newRepository,
  pushBlob,
  pushImage,
  type RecordsUnderTest,
} from '@berth/testkit';
import type { Knex } from 'knex';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { openKnex, PipelinedLookups } from '../connection/index.ts';
import { useTestDatabase } from '../testing/index.ts';
import { LockSteps } from '../testing/lock-steps.ts';
import { inTransaction, rowsOf } from '../transactions.ts';
import { recordsOnPostgres } from './records-on-postgres.ts';

const database = useTestDatabase();
let knex: Knex;
let lookups: PipelinedLookups;
let under: RecordsUnderTest;
let here: RepositoryName;
let steps: LockSteps;

beforeAll(() => {
  knex = openKnex({ url: database.url, applicationName: 'concurrency', poolSize: 20 });
  lookups = new PipelinedLookups({ url: database.url, applicationName: 'concurrency-lookups' });
  under = recordsOnPostgres(knex, lookups);
  steps = new LockSteps(knex);
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

const LINK = `select 1 from repository_blobs l, repositories r, blobs b
  where l.repository_id = r.id and l.blob_id = b.id and r.name = ? and b.digest = ?`;
const TAG = 'select 1 from tags t, repositories r where t.repository_id = r.id and r.name = ? and t.name = ? for update of t';

/**
 * Collection of one blob as law 4 wants it, as a later version will run it: link FOR UPDATE, unreferenced, lease over; then the blob,
 * when no link is left.
 */
async function collect(repository: RepositoryName, digest: string): Promise<void> {
  await inTransaction(knex, async (transaction) => {
    await rowsOf(transaction, 'select 1 from blobs where digest = ? for update', [digest]);
    await rowsOf(transaction, `${LINK} for update of l`, [repository, digest]);
    await rowsOf(
      transaction,
      `delete from repository_blobs l using repositories r, blobs b
       where l.repository_id = r.id and l.blob_id = b.id and r.name = ? and b.digest = ? and l.lease_until < now()
         and not exists (select 1 from manifest_references f where f.repository_id = l.repository_id and f.blob_id = l.blob_id)`,
      [repository, digest],
    );
    await rowsOf(
      transaction,
      `with gone as (delete from blobs b where digest = ? and not exists (select 1 from repository_blobs l where l.blob_id = b.id)
         returning storage_key, digest, size)
       insert into blob_deletions (storage_key, digest, size, not_before) select storage_key, digest, size, now() from gone`,
      [digest],
    );
  });
}

describe('a manifest PUT and the removal of what it references', () => {
  test('the PUT came first: the blob is in use', async () => {
    await pushImage(under, here, ['v1']);
    const blob = await pushBlob(under, here);
    const release = await steps.hold(TAG, [here, 'v1']);
    const putting = under.manifestRecords.put(imageOf(here, [blob], { tags: ['v1' as Tag] }));
    await steps.whenWaiting(1);
    const unlinking = under.blobRecords.unlink(here, blob.digest);
    await steps.whenWaiting(2);
    await release();
    expect(await putting).toEqual({ outcome: 'stored' });
    expect(await unlinking).toBe('in use');
  });

  test('the unlink came first: the PUT misses the blob', async () => {
    const blob = await pushBlob(under, here);
    const release = await steps.hold(`${LINK} for key share of l`, [here, blob.digest]);
    const unlinking = under.blobRecords.unlink(here, blob.digest);
    await steps.whenWaiting(1);
    const putting = under.manifestRecords.put(imageOf(here, [blob]));
    await steps.whenWaiting(2);
    await release();
    expect(await unlinking).toBe('unlinked');
    expect(await putting).toMatchObject({ outcome: 'refused', missing: [{ digest: blob.digest }] });
  });

  test('the PUT of an index came first: the child is in use', async () => {
    const child = await pushImage(under, here, ['v1']);
    const release = await steps.hold(TAG, [here, 'v1']);
    const putting = under.manifestRecords.put(indexOf(here, [asChild(child)], { tags: ['v1' as Tag] }));
    await steps.whenWaiting(1);
    const removing = under.manifestRecords.remove(here, child.digest, ALICE);
    await steps.whenWaiting(2);
    await release();
    expect(await putting).toEqual({ outcome: 'stored' });
    expect(await removing).toBe('in use');
  });

  test('the removal of the child came first: the PUT of the index misses it', async () => {
    const child = await pushImage(under, here, ['v1']);
    const release = await steps.hold(TAG, [here, 'v1']);
    const removing = under.manifestRecords.remove(here, child.digest, ALICE);
    await steps.whenWaiting(1);
    const putting = under.manifestRecords.put(indexOf(here, [asChild(child)]));
    await steps.whenWaiting(2);
    await release();
    expect(await removing).toBe('removed');
    expect(await putting).toMatchObject({ outcome: 'refused', missing: [{ digest: child.digest }] });
  });

  test('a tag that is being moved away from a manifest under removal stays with its new manifest', async () => {
    const [old, next] = [await pushImage(under, here, ['v1']), await pushImage(under, here)];
    const release = await steps.hold(TAG, [here, 'v1']);
    const moving = under.manifestRecords.put({ ...next, tags: ['v1' as Tag] });
    await steps.whenWaiting(1);
    const removing = under.manifestRecords.remove(here, old.digest, ALICE);
    await steps.whenWaiting(2);
    await release();
    expect(await moving).toEqual({ outcome: 'stored' });
    expect(await removing).toBe('removed');
    expect((await under.manifestRecords.head(here, { kind: 'tag', tag: 'v1' as Tag }))?.digest).toBe(next.digest);
  });
});

test('a child that arrives after its sparse index is bound to it by the database', async () => {
  const child = imageOf(here, [await pushBlob(under, here)]);
  const index = indexOf(here, [asChild(child)], { allowSparse: true });
  await under.manifestRecords.put(index);
  await under.manifestRecords.put(child);
  const rows = await rowsOf(
    knex,
    `select f.digest, m.digest as child from manifest_references f
     join manifests i on i.id = f.manifest_id left join manifests m on m.id = f.child_id where i.digest = ?`,
    [index.digest],
  );
  expect(rows).toEqual([{ digest: null, child: child.digest }]);
});

describe('an upload and the unlinking of the last copy', () => {
  test('the unlink came first: known content is refused, an offered copy becomes the blob', async () => {
    const blob = await pushBlob(under, here);
    const there = await newRepository(under);
    const sessions = [await claimedUpload(under, there), await claimedUpload(under, there)] as const;
    const copy = newObject(blob.digest);
    const release = await steps.hold(`${LINK} for key share of l`, [here, blob.digest]);
    const unlinking = under.blobRecords.unlink(here, blob.digest);
    await steps.whenWaiting(1);
    const known = under.blobRecords.commitKnown(sessions[0], blob);
    await steps.whenWaiting(2);
    const offered = under.blobRecords.commitUpload(sessions[1], copy);
    await steps.whenWaiting(3);
    await release();
    expect(await unlinking).toBe('unlinked');
    expect(await known).toBe(false);
    expect(await offered).toEqual({ outcome: 'stored' });
    expect((await under.blobRecords.findLinked(there, blob.digest))?.object).toEqual(copy);
  });
});

describe('a mount and collection', () => {
  test('the mount came first: the blob stays for the target', async () => {
    const blob = await pushBlob(under, here);
    const there = await newRepository(under);
    await under.blobRecords.mount(here, there, blob.digest);
    await under.age(7200);
    const release = await steps.hold(`${LINK} for update of l`, [there, blob.digest]);
    const mounting = under.blobRecords.mount(here, there, blob.digest);
    await steps.whenWaiting(1);
    const collecting = collect(here, blob.digest);
    await steps.whenWaiting(2);
    await release();
    expect(await mounting).toBe(true);
    await collecting;
    expect(await under.blobRecords.findLinked(here, blob.digest)).toBeUndefined();
    expect(await under.blobRecords.findLinked(there, blob.digest)).toEqual({ object: blob, leaseRunsLow: false });
  });

  test('collection came first: there is nothing to mount', async () => {
    const blob = await pushBlob(under, here);
    const there = await newRepository(under);
    await under.age(7200);
    const release = await steps.hold(`${LINK} for key share of l`, [here, blob.digest]);
    const collecting = collect(here, blob.digest);
    await steps.whenWaiting(1);
    const mounting = under.blobRecords.mount(here, there, blob.digest);
    await steps.whenWaiting(2);
    await release();
    await collecting;
    expect(await mounting).toBe(false);
    expect(await under.blobRecords.findLinked(there, blob.digest)).toBeUndefined();
  });

  test('a lease that was renewed meanwhile saves the blob', async () => {
    const blob = await pushBlob(under, here);
    await under.age(7200);
    const release = await steps.hold(`${LINK} for key share of l`, [here, blob.digest]);
    const collecting = collect(here, blob.digest);
    await steps.whenWaiting(1);
    await release();
    await collecting;
    expect(await under.blobRecords.renewLease(here, blob.digest), 'collection won').toBe(false);
    await pushBlob(under, here, newObject(blob.digest));
    await collect(here, blob.digest);
    expect(await under.blobRecords.findLinked(here, blob.digest)).toBeDefined();
  });

  test('what a manifest uses is not collected, whatever its lease', async () => {
    const put = await pushImage(under, here);
    await under.age(7200);
    for (const { digest } of put.manifest.references) await collect(here, digest);
    expect((await under.manifestRecords.put({ ...put, tags: ['again' as Tag] })).outcome).toBe('stored');
  });
});

test('the history of a tag under fifty PUTs at once is one unbroken chain', async () => {
  const blob = await pushBlob(under, here);
  const puts = Array.from({ length: 50 }, () => imageOf(here, [blob], { tags: ['new' as Tag] }));
  await Promise.all(puts.map((put) => under.manifestRecords.put(put)));
  const history = await rowsOf<{ digest: string; previous_digest: string | null }>(
    knex,
    'select h.digest, h.previous_digest from tag_history h join repositories r on r.id = h.repository_id where r.name = ? order by h.id',
    [here],
  );
  expect(history).toHaveLength(50);
  expect(history.map((move) => move.previous_digest)).toEqual([null, ...history.slice(0, -1).map((move) => move.digest)]);
  expect((await under.manifestRecords.head(here, { kind: 'tag', tag: 'new' as Tag }))?.digest).toBe(history.at(-1)?.digest);
});

test('everything at once on a few repositories: nothing fails, nothing dangles', async () => {
  const repositories = [here, parseRepositoryName(`${here}/b`), parseRepositoryName(`${here}/c`)];
  const digests = Array.from({ length: 6 }, () => newObject().digest);
  const tags = ['a', 'b', 'c'] as Tag[];
  const images: { repository: RepositoryName; digest: (typeof digests)[number] }[] = [];
  const pick = <Item>(items: readonly Item[]): Item => items[Math.floor(Math.random() * items.length)] as Item;
  const acts: (() => Promise<unknown>)[] = [
    () => pushBlob(under, pick(repositories), newObject(pick(digests))),
    () => pushBlob(under, pick(repositories), newObject(pick(digests))),
    () => under.blobRecords.mount(pick(repositories), pick(repositories), pick(digests)),
    () => under.blobRecords.unlink(pick(repositories), pick(digests)),
    async () => {
      const repository = pick(repositories);
      const layers = [pick(digests), pick(digests), pick(digests)].map((digest) => ({ digest, size: 1000 }));
      const put = imageOf(repository, layers, { tags: [pick(tags), pick(tags)] });
      if ((await under.manifestRecords.put(put)).outcome !== 'stored') return;
      images.push({ repository, digest: put.digest });
      await under.manifestRecords.put(indexOf(repository, [asChild(put)], { tags: [pick(tags)] }));
    },
    async () => {
      if (images.length > 0) await under.manifestRecords.remove(pick(images).repository, pick(images).digest, ALICE);
    },
    () => under.manifestRecords.removeTag(pick(repositories), pick(tags), ALICE),
    async () => {
      const stored = await under.blobRecords.findAnywhere(pick(digests));
      if (stored !== undefined) await under.blobRecords.quarantine(stored);
    },
    () => collect(pick(repositories), pick(digests)),
  ];
  await Promise.all(
    Array.from({ length: 16 }, async () => {
      for (let turn = 0; turn < 40; turn += 1) await pick(acts)();
    }),
  );
});
