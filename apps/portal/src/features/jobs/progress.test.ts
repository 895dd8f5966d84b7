import { expect, it } from 'vitest';
import { progressOf } from './progress.ts';

const START = '2026-11-25T12:00:00Z';
const at = (seconds: number): number => Date.parse(START) + seconds * 1000;

it('goes by bytes where both totals are known, and foretells the rest from what was done', () => {
  const run = { status: 'Running', done: 1, total: 100, bytes: 500, total_bytes: 1000, start_time: START } as const;
  expect(progressOf(run, at(10))).toEqual({ percent: 50, secondsLeft: 10, bytesPerSecond: 50 });
});

it('has no percentage where the end is not known, and none above a hundred', () => {
  expect(progressOf({ status: 'Running', done: 7, bytes: 0, start_time: START }, at(10)).percent).toBeUndefined();
  expect(progressOf({ status: 'Running', done: 0, total: 0, bytes: 0, start_time: START }, at(10)).percent).toBeUndefined();
  expect(progressOf({ status: 'Running', done: 12, total: 10, bytes: 0, start_time: START }, at(10)).percent).toBe(100);
});

it('foretells nothing before it moves, and nothing once it is over', () => {
  const waiting = { status: 'Running', done: 0, total: 10, bytes: 0, start_time: START } as const;
  expect(progressOf(waiting, at(60)).secondsLeft).toBeUndefined();
  expect(progressOf({ ...waiting, status: 'Success', done: 10 }, at(60))).toEqual({
    ...{ percent: 100, secondsLeft: undefined, bytesPerSecond: undefined },
  });
});
