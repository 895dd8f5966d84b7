import { expect, test } from 'vitest';
import { Pace } from './pace.ts';

test('who shares a pace shares its rate', async () => {
  const pace = new Pace(1000);
  await pace.took(100); // What was left of the time before.
  const begun = performance.now();
  await Promise.all([pace.took(100), pace.took(100)]);
  expect(performance.now() - begun).toBeGreaterThanOrEqual(190);
});

test('never waits for work that is slower than the pace', async () => {
  const pace = new Pace(Number.MAX_SAFE_INTEGER);
  const done = await Promise.race([pace.took(1_000_000).then(() => 'done'), new Promise((resolve) => setImmediate(resolve, 'waits'))]);
  expect(done).toBe('done');
});
