import { expect, test } from '@playwright/test';
import { scene } from './scene.ts';
import { open, signIn } from './sign-in.ts';

test.use({ viewport: { width: 390, height: 844 }, hasTouch: true });

test('on a telephone: search, tags, the pull command and health are at hand', async ({ page }) => {
  await signIn(page, 'admin');
  await page.getByRole('button', { name: 'Search' }).tap();
  await expect(page.getByRole('textbox', { name: 'Search' })).toBeFocused();
  await page.keyboard.type('app');
  await page.getByRole('dialog').getByRole('button', { name: 'team/web/app' }).tap();
  await expect(page.getByRole('heading', { level: 1, name: 'web/app' })).toBeVisible();
  await page.getByLabel('Order').selectOption('-version');
  await expect(page.locator('tbody tr').first()).toContainText('v1.11.0');
  const copy = page.getByRole('button', { name: 'Copy the pull command of v1.11.0' });
  await copy.tap();
  expect(await page.evaluate('navigator.clipboard.readText()')).toBe(`docker pull ${scene().host}/team/web/app:v1.11.0`);
  await page.getByRole('button', { name: 'Open the menu' }).tap();
  await page.getByRole('link', { name: 'Health' }).tap();
  await expect(page.getByRole('heading', { level: 1, name: 'Health' })).toBeVisible();
  await expect(page.getByText('database', { exact: false }).first()).toBeVisible();
  expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(390);
});

test('on a telephone: a dialog with many fields can be filled and sent', async ({ page }) => {
  await signIn(page, 'admin');
  await open(page, '/roles');
  await page.getByRole('button', { name: 'New role' }).tap();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Name').fill('Pocket');
  await dialog.getByRole('checkbox').first().tap();
  await dialog.getByRole('button', { name: 'Create' }).tap();
  await expect(page.getByText('Role Pocket was created.')).toBeVisible();
});

test('on a telephone: the tab of the page is in sight, however far along it is', async ({ page }) => {
  await signIn(page, 'admin');
  for (const tab of ['statistics', 'settings', '']) {
    await open(page, `/projects/team/${tab}`);
    await expect(page.locator('main nav a[aria-current=page]').last()).toBeInViewport({ ratio: 1 });
  }
});
