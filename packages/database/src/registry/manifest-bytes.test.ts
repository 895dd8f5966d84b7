import { digestOfBytes } from '@berth/oci';
import type { Knex } from 'knex';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openKnex } from '../connection/open-knex.ts';
import { useTestDatabase } from '../testing/index.ts';
import { ManifestBytes } from './manifest-bytes.ts';

const database = useTestDatabase();
let knex: Knex;
beforeAll(() => {
  knex = openKnex({ url: database.url, applicationName: 'manifest bytes test' });
});
afterAll(() => knex.destroy());

test('what is kept holds no more memory than its bytes, and gives way when the cache is full', async () => {
  const contents = new ManifestBytes(knex, 4000);
  const given = Array.from({ length: 10 }, (_, index) => Buffer.from(`{"number":${index},"padding":"${'x'.repeat(500)}"}`));
  const digests = given.map((bytes) => digestOfBytes(bytes));
  for (const [index, bytes] of given.entries()) {
    const digest = digests[index] ?? digestOfBytes(bytes);
    const [row] = await knex('manifest_contents').insert({ digest, bytes }).returning<{ id: number }[]>('id');
    expect(await contents.read(digest, row?.id ?? 0)).toEqual(bytes);
    const kept = contents.cached(digest);
    expect(kept).toEqual(bytes);
    expect(kept?.buffer.byteLength).toBe(bytes.length);
  }
  expect(digests.filter((digest) => contents.cached(digest) !== undefined)).toEqual(digests.slice(-3));
  expect(await contents.read(digestOfBytes(Buffer.from('absent')), 1_000_000)).toBeUndefined();
});
