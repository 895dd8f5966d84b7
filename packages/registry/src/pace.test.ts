import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { Pace } from './pace.ts';

test('who shares a pace shares its rate', async () => {
  const pace = new Pace(1000);
  await pace.took(100); // What was left of the time before.
  const begun = performance.now();
  await Promise.all([pace.took(100), pace.took(100)]);
  expect(performance.now() - begun).toBeGreaterThanOrEqual(190);
});

test.each([
  { madeUpForMs: 1000, waits: false },
  { madeUpForMs: 0, waits: true },
])('makes up for what was not done in the last $madeUpForMs ms', async ({ madeUpForMs, waits }) => {
  const pace = new Pace(1000, madeUpForMs);
  await sleep(60);
  let waited = false;
  const done = pace.took(50);
  await Promise.race([done, new Promise((resolve) => setImmediate(resolve)).then(() => (waited = true))]);
  await done;
  expect(waited).toBe(waits);
});

test('never waits for work that is slower than the pace', async () => {
  const pace = new Pace(Number.MAX_SAFE_INTEGER);
  const done = await Promise.race([pace.took(1_000_000).then(() => 'done'), new Promise((resolve) => setImmediate(resolve, 'waits'))]);
  expect(done).toBe('done');
});
