import { expect, test } from 'vitest';
import { Pace } from './pace.ts';

test('who shares a pace shares its rate, and may make up for a tenth of a second', () => {
  const pace = new Pace(1000);
  expect(pace.count(100, 5000)).toBe(0);
  expect([pace.count(100, 5000), pace.count(100, 5000)]).toEqual([100, 200]);
  expect(pace.count(50, 5190)).toBe(60);
  expect(pace.count(100, 9000)).toBe(0);
});

test('work that comes in pieces keeps its rate when it may make up for what lies between them', () => {
  const pieces = (pace: Pace): number => {
    // Each takes half a second, after the pause that the pace wants.
    let now = 0;
    for (let piece = 0; piece < 100; piece += 1) now += Math.max(0, pace.count(1000, now)) + 500;
    return Math.round(100_000 / (now / 1000));
  };
  expect(pieces(new Pace(1000, 2000))).toBeGreaterThanOrEqual(990);
  expect(pieces(new Pace(1000))).toBeLessThan(750);
});

test('pauses while it is ahead, and never for work that is slower than the pace', async () => {
  const done = (pace: Pace, amount: number): Promise<string> =>
    Promise.race([pace.took(amount).then(() => 'done'), new Promise<string>((resolve) => setImmediate(resolve, 'waits'))]);
  expect(await done(new Pace(Number.MAX_SAFE_INTEGER), 1_000_000)).toBe('done');
  expect(await done(new Pace(1000), 200)).toBe('waits');
});
