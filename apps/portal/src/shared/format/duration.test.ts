import { expect, it } from 'vitest';
import { formatDuration } from './duration.ts';

it.each([
  [0.25, '0.3 sec'],
  [42.4, '42 sec'],
  [90, '1 min 30 sec'],
  [3_600, '1 hr'],
  [90_061, '1 day 1 hr'],
])('tells %d seconds as %s', (seconds, text) => {
  expect(formatDuration(seconds, 'en')).toBe(text);
});
