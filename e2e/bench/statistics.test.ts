import { describe, expect, it } from 'vitest';
import { median } from './statistics.ts';

describe('median', () => {
  it('refuses an empty list', () => {
    expect(() => median([])).toThrow(RangeError);
  });
  it('is the middle of an odd number of values, whatever their order', () => {
    expect(median([9, 1, 100])).toBe(9);
  });
  it('is the mean of the middle two of an even number', () => {
    expect(median([4, 1, 2, 1000])).toBe(3);
  });
  it('leaves the list as it was', () => {
    const values = [3, 1, 2];
    median(values);
    expect(values).toEqual([3, 1, 2]);
  });
});
