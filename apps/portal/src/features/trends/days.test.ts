import { expect, it } from 'vitest';
import { counted, daysUntil, firstDay, held } from './days.ts';

const NOW = Date.parse('2026-03-02T00:30:00Z');

it('names the days until today, over the end of a month', () => {
  expect(daysUntil(4, NOW)).toEqual(['2026-02-27', '2026-02-28', '2026-03-01', '2026-03-02']);
  expect(firstDay(4, NOW)).toBe('2026-02-27');
});

it('takes nothing for what was not counted, and the day before for what was not looked at', () => {
  const days = daysUntil(4, NOW);
  const rows = [
    { day: '2026-02-28', value: 5 },
    { day: '2026-03-02', value: 7 },
  ];
  expect(counted(days, rows, ({ value }) => value)).toEqual([0, 5, 0, 7]);
  expect(held(days, rows, ({ value }) => value)).toEqual([undefined, 5, 5, 7]);
});
