import { expect, it } from 'vitest';
import { diskBar, syncedRate } from './disk-rate.ts';

it('holds the bar by the ratio, or where the disk is the limit; never else', () => {
  const held = (berth: number, peer: number, disk: number): boolean => diskBar(1.7, { berth, peer, disk }).held;
  expect(held(340, 200, 1000)).toBe(true);
  expect(held(200, 400, 240)).toBe(true);
  expect(held(200, 400, 300)).toBe(false);
  expect(held(330, 200, 1000)).toBe(false);
});

it('measures the disk and leaves nothing', async () => {
  expect(await syncedRate()).toBeGreaterThan(0);
});
