import { describe, expect, it } from 'vitest';
import { after, ShortMemory } from './short-memory.ts';

interface Asked {
  key: string;
  answer(value: string): void;
  fail(error: Error): void;
}

function memory(): { memory: ShortMemory<string, string>; asked: Asked[]; clock: { now: number } } {
  const clock = { now: 0 };
  const asked: Asked[] = [];
  const lookup = (key: string): Promise<string> =>
    new Promise((resolve, reject) => {
      asked.push({ key, answer: resolve, fail: reject });
    });
  return { memory: new ShortMemory({ maxAgeMs: 5_000, maxEntries: 3, lookup, now: () => clock.now }), asked, clock };
}

describe('ShortMemory', () => {
  it('counts the age of an answer from its question, not from its arrival', async () => {
    const { memory: remembered, asked, clock } = memory();
    const first = remembered.get('a');
    clock.now = 4_000;
    asked[0]?.answer('old');
    expect(await first).toBe('old');
    expect(remembered.get('a')).toBe('old');
    clock.now = 5_000;
    expect(remembered.get('a')).toBeInstanceOf(Promise);
  });

  it('asks once for those who ask together', async () => {
    const { memory: remembered, asked } = memory();
    const both = Promise.all([remembered.get('a'), remembered.get('a')]);
    asked[0]?.answer('one');
    expect(await both).toEqual(['one', 'one']);
    expect(asked).toHaveLength(1);
  });

  it('keeps no answer that was under way when it was told to forget', async () => {
    const { memory: remembered, asked } = memory();
    const early = remembered.get('a');
    remembered.forget('a');
    const late = remembered.get('a');
    asked[1]?.answer('after the change');
    asked[0]?.answer('before the change');
    expect([await early, await late]).toEqual(['before the change', 'after the change']);
    expect(remembered.get('a')).toBe('after the change');
    remembered.forgetAll();
    expect(remembered.get('a')).toBeInstanceOf(Promise);
  });

  it('lets a fresh question win over an older one that is answered later', async () => {
    const { memory: remembered, asked } = memory();
    const old = remembered.get('a');
    const fresh = remembered.fresh('a');
    asked[1]?.answer('new');
    asked[0]?.answer('old');
    await Promise.all([old, fresh]);
    expect(remembered.get('a')).toBe('new');
  });

  it('remembers no failure', async () => {
    const { memory: remembered, asked } = memory();
    const failing = remembered.get('a');
    asked[0]?.fail(new Error('the database is away'));
    await expect(failing).rejects.toThrow('away');
    const again = remembered.get('a');
    asked[1]?.answer('back');
    expect(await again).toBe('back');
  });

  it('is bounded', async () => {
    const { memory: remembered, asked } = memory();
    for (const key of ['a', 'b', 'c', 'd']) {
      const value = remembered.get(key);
      asked.at(-1)?.answer(key);
      await value;
    }
    expect(remembered.get('d')).toBe('d');
    expect(remembered.get('a')).toBeInstanceOf(Promise);
  });
});

it('after() goes on at once where nothing has to be waited for', async () => {
  expect(after(1, (value) => value + 1)).toBe(2);
  expect(await after(Promise.resolve(1), (value) => value + 1)).toBe(2);
});
