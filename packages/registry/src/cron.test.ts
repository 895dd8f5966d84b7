import { expect, test } from 'vitest';
import { Cron } from './cron.ts';

const next = (cron: string, after: string): string | undefined => Cron.parse(cron)?.after(new Date(after))?.toISOString();

test.each([
  ['0 0 * * * *', '2026-11-25T09:00:00Z', '2026-11-25T10:00:00.000Z'],
  ['0 0 0 * * *', '2026-12-31T23:59:59Z', '2027-01-01T00:00:00.000Z'],
  ['0 0 0 * * 0', '2026-11-25T00:00:00Z', '2026-11-29T00:00:00.000Z'],
  ['0 0 0 * * 7', '2026-11-25T00:00:00Z', '2026-11-29T00:00:00.000Z'],
  ['0 */15 8-9 * * 1,2', '2026-11-24T09:50:00Z', '2026-11-30T08:00:00.000Z'],
  ['0 30 2 13 * 5', '2026-11-25T00:00:00Z', '2026-11-27T02:30:00.000Z'],
  ['0 0 0 29 2 *', '2026-11-25T00:00:00Z', '2028-02-29T00:00:00.000Z'],
])('%s after %s', (cron, after, expected) => {
  expect(next(cron, after)).toBe(expected);
});

test.each(['', '* * * * *', '0 60 * * * *', '5 0 * * * *', '* * * * * *', '0 0 0 30 2 *', '0 5-1 * * * *', '0 */0 * * * *', '0 x * * * *'])(
  'refuses %s',
  (text) => {
    expect(Cron.parse(text)).toBeUndefined();
  },
);
