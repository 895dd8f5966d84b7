import { setImmediate as turn } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { inParallel } from './in-parallel.ts';

it('works on everything, so many at a time, and asks for no more than it works on', async () => {
  let [asked, running, most] = [0, 0, 0];
  const done: number[] = [];
  const items = function* (): Generator<number> {
    for (; asked < 20; asked += 1) {
      expect(running).toBeLessThanOrEqual(3);
      yield asked;
    }
  };
  await inParallel(items(), 3, async (item) => {
    running += 1;
    most = Math.max(most, running);
    await turn();
    running -= 1;
    done.push(item);
  });
  expect([most, done.sort((a, b) => a - b)]).toEqual([3, Array.from({ length: 20 }, (_, index) => index)]);
});

it('ends with the first error, when what was begun has ended, and closes what it reads', async () => {
  let [closed, ended] = [false, 0];
  const items = async function* (): AsyncGenerator<number> {
    try {
      for (let item = 0; ; item += 1) {
        await turn();
        yield item;
      }
    } finally {
      closed = true;
    }
  };
  const work = async (item: number): Promise<void> => {
    if (item === 2) throw new Error('the third');
    for (let turns = 0; turns < 5; turns += 1) await turn();
    ended += 1;
  };
  await expect(inParallel(items(), 2, work)).rejects.toThrow('the third');
  expect([closed, ended >= 2]).toEqual([true, true]);
});

it('tells an error of the list', async () => {
  const items = async function* (): AsyncGenerator<number> {
    yield 1;
    throw new Error('no second page');
  };
  await expect(inParallel(items(), 2, async () => undefined)).rejects.toThrow('no second page');
});
