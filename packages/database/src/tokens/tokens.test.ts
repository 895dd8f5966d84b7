import type { Knex } from 'knex';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { openKnex } from '../connection/index.ts';
import { useTestDatabase } from '../testing/index.ts';
import { rowsOf } from '../transactions.ts';
import { createFailureCounters, createSigningKeys } from './index.ts';

const database = useTestDatabase();
let knex: Knex;

beforeAll(() => {
  knex = openKnex({ url: database.url, applicationName: 'tokens' });
});
afterAll(() => knex.destroy());
beforeEach(() => knex.raw('truncate signing_keys, failure_counters'));

const key = (kid: string) => ({ kid, sealed: Buffer.from(`sealed ${kid}`) });

describe('signing keys', () => {
  test('of ten that rotate at once, one adds its key', async () => {
    const keys = createSigningKeys(knex);
    const added = await Promise.all(Array.from({ length: 10 }, (_, n) => keys.add(key(`k${n}`), undefined)));
    expect(added.filter(Boolean)).toHaveLength(1);
    expect(await keys.list()).toHaveLength(1);
  });

  test('a key is added only behind the newest, and listed newest first', async () => {
    const keys = createSigningKeys(knex);
    expect(await keys.add(key('a'), 'z')).toBe(false);
    expect(await keys.add(key('a'), undefined)).toBe(true);
    expect(await keys.add(key('b'), undefined)).toBe(false);
    expect(await keys.add(key('b'), 'a')).toBe(true);
    expect(await keys.list()).toMatchObject([{ kid: 'b', sealed: Buffer.from('sealed b') }, { kid: 'a' }]);
  });

  test('old keys go, the newest never; an age is never negative', async () => {
    const keys = createSigningKeys(knex);
    await keys.add(key('a'), undefined);
    await keys.add(key('b'), 'a');
    expect(await keys.removeOlderThan(60)).toBe(0);
    await rowsOf(knex, `update signing_keys set created_at = now() - interval '1 hour'`, []);
    expect((await keys.list())[0]?.ageSeconds).toBeCloseTo(3600, -2);
    expect(await keys.removeOlderThan(60)).toBe(1);
    expect(await keys.removeOlderThan(60)).toBe(0);
    await rowsOf(knex, `update signing_keys set created_at = now() + interval '1 hour'`, []);
    expect(await keys.list()).toMatchObject([{ kid: 'b', ageSeconds: 0 }]);
  });
});

describe('failure counters', () => {
  test('count every failure, also of many at once, each key by itself', async () => {
    const counters = createFailureCounters(knex);
    expect(await counters.read('a')).toEqual({ failures: 0, resetsInSeconds: 0 });
    const counts = await Promise.all(Array.from({ length: 20 }, () => counters.add('a', 60)));
    expect(counts.map(({ failures }) => failures).sort((x, y) => x - y)).toEqual(Array.from({ length: 20 }, (_, n) => n + 1));
    const count = await counters.read('a');
    expect(count.failures).toBe(20);
    expect(count.resetsInSeconds).toBeGreaterThan(0);
    expect(count.resetsInSeconds).toBeLessThanOrEqual(60);
    expect((await counters.read('b')).failures).toBe(0);
    await counters.clear('a');
    expect((await counters.read('a')).failures).toBe(0);
  });

  test('a window that is over counts from one again, and is cleared away by later failures', async () => {
    const counters = createFailureCounters(knex);
    await counters.add('a', 60);
    await counters.add('a', 60);
    await rowsOf(knex, `update failure_counters set window_ends = now() - interval '1 second'`, []);
    expect(await counters.read('a')).toEqual({ failures: 0, resetsInSeconds: 0 });
    expect(await counters.add('a', 60)).toEqual({ failures: 1, resetsInSeconds: 60 });
    await rowsOf(knex, `update failure_counters set window_ends = now() - interval '1 second'`, []);
    await counters.add('b', 60);
    expect(await rowsOf(knex, 'select key from failure_counters', [])).toEqual([{ key: 'b' }]);
  });
});
