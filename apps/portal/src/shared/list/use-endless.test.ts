import { expect, it } from 'vitest';
import { pagesAround } from './use-endless.ts';

it('asks for the next page before its first row is seen, and for no more', () => {
  expect(pagesAround(0, 20, 100)).toEqual({ from: 1, to: 1 });
  expect(pagesAround(20, 49, 100)).toEqual({ from: 1, to: 1 });
  expect(pagesAround(30, 50, 100)).toEqual({ from: 1, to: 2 });
  expect(pagesAround(160, 180, 100)).toEqual({ from: 2, to: 3 });
  expect(pagesAround(9_980, 9_999, 100)).toEqual({ from: 100, to: 101 });
});
