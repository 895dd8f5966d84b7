import { expect, type Page, test } from '@playwright/test';
import { expectAccessible, inColors, watch } from './checks.ts';
import { open, settled, signIn } from './sign-in.ts';

const DAY_MS = 86_400_000;
const GIB = 1024 ** 3;

function daysAgo(count: number): string {
  return new Date(Date.now() - count * DAY_MS).toISOString().slice(0, 10);
}

/** A month of numbers: the server of the test is minutes old, and its own have one day. */
async function withHistory(page: Page): Promise<void> {
  const days = Array.from({ length: 30 }, (_, index) => ({
    ...{ day: daysAgo(29 - index), logical: (index + 10) * 2 * GIB, physical: (index + 10) * GIB, pulls: 100 + index * 7, pushes: index },
    ...{ pulled_bytes: index * GIB, pushed_bytes: (index * GIB) / 4, reclaimed: index % 7 === 0 ? GIB : 0 },
  }));
  const projects = ['team', 'library'].map((name, number) => ({
    name,
    days: days.map(({ day, logical }) => ({ day, value: Math.round(logical / (number + 2)) })),
  }));
  const jobs = days.flatMap(({ day }, index) =>
    ['seal-audit', 'sweep-storage'].map((job, number) => ({ day, job, runs: 10, failures: 0, seconds: number * 20 + index, longest: 9 })),
  );
  const answers = {
    daily: days,
    projects,
    jobs,
    top: [
      { name: 'team/web/app', value: 950 },
      { name: 'library/nginx', value: 321 },
    ],
  };
  for (const [name, json] of Object.entries(answers)) await page.route(`**/statistics/${name}?*`, (route) => route.fulfill({ json }));
}

test('statistics are drawn, stand in tables too, and the time shown is kept in the address', async ({ page }) => {
  const seen = watch(page);
  await withHistory(page);
  await signIn(page, 'admin');
  await open(page, '/trends');
  await expect(
    page
      .getByRole('img', { name: /^Plot: Storage\./ })
      .locator('svg path')
      .first(),
  ).toBeVisible();
  await expect(page.locator('.recharts-surface')).toHaveCount(7);
  for (const scheme of ['light', 'dark'] as const) {
    await inColors(page, scheme);
    await expectAccessible(page);
  }
  await page.getByRole('button', { name: 'Pulls and pushes: Show as a table' }).click();
  const table = page.getByRole('table', { name: 'Pulls and pushes' });
  await expect(table.getByRole('row')).toHaveCount(31);
  await expect(table.getByRole('row').nth(1)).toContainText('303');
  await expectAccessible(page);
  await page.getByLabel('Time shown').selectOption('90');
  await expect(page).toHaveURL(/days=90/);
  await expect(table.getByRole('row')).toHaveCount(91);
  await page.reload();
  await expect(page.getByLabel('Time shown')).toHaveValue('90');
  expect(seen.troubles).toEqual([]);
});

test('the dashboard shows an administrator two of them, and a project its own to whoever may pull', async ({ page }) => {
  await withHistory(page);
  await signIn(page, 'admin');
  await open(page, '/');
  await expect(page.locator('.recharts-surface')).toHaveCount(2);
  await page.getByRole('link', { name: 'All statistics' }).click();
  await expect(page).toHaveURL(/\/trends$/);
  await page.context().clearCookies();
  await signIn(page, 'linus');
  await open(page, '/');
  await expect(page.locator('.recharts-surface')).toHaveCount(0);
  await open(page, '/projects/team');
  await page.getByRole('link', { name: 'Statistics' }).click();
  await expect(page.locator('.recharts-surface')).toHaveCount(4);
  await page.getByRole('link', { name: 'Overview' }).click();
  await expect(page.locator('.recharts-surface')).toHaveCount(2);
  await page.unrouteAll();
  await page.reload();
  await settled(page);
  await expect(page.getByRole('alert')).toHaveCount(0);
});
