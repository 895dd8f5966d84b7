import { expect, test } from '@playwright/test';
import { expectAccessible, watch } from './checks.ts';
import { PAGES } from './pages.ts';
import { open, settled, signIn } from './sign-in.ts';

for (const theme of ['light', 'dark'] as const) {
  test(`every page is accessible, keeps to its origin and shows markup as text (${theme})`, async ({ page }) => {
    test.setTimeout(300_000);
    const { troubles } = watch(page);
    await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' });
    await open(page, '/sign-in');
    await expectAccessible(page);
    await signIn(page, 'admin');
    for (const { name, path, prepare } of PAGES) {
      await test.step(name, async () => {
        await open(page, path);
        await prepare?.(page);
        await settled(page);
        await expectAccessible(page);
      });
    }
    expect(await page.evaluate('window.hacked')).toBeUndefined();
    expect(troubles).toEqual([]);
  });
}

/** Commands that one would have to push aside to read. */
const CUT_COMMANDS = `[...document.querySelectorAll('main pre')].filter((pre) => pre.scrollWidth > pre.clientWidth + 1).map((pre) => pre.textContent)`;

test('no page is wider than a telephone, and its commands are whole', async ({ page }) => {
  test.setTimeout(300_000);
  await page.setViewportSize({ width: 390, height: 844 });
  await signIn(page, 'admin');
  for (const { name, path } of PAGES) {
    await test.step(name, async () => {
      await open(page, path);
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(390);
      expect(await page.evaluate(CUT_COMMANDS)).toEqual([]);
    });
  }
});

test('both languages and themes are kept in the browser', async ({ page }) => {
  await open(page, '/sign-in');
  await page.getByRole('button', { name: 'Language and colours' }).click();
  await page.getByRole('menuitem', { name: '简体中文' }).click();
  await expect(page.getByRole('heading', { name: '登录 Berth' })).toBeVisible();
  await page.reload();
  await expect(page.getByRole('heading', { name: '登录 Berth' })).toBeVisible();
  await page.getByRole('button', { name: '语言与配色' }).click();
  await page.getByRole('menuitem', { name: '深色' }).click();
  await page.reload();
  await expect(page.locator('html')).toHaveAttribute('data-mantine-color-scheme', 'dark');
});
