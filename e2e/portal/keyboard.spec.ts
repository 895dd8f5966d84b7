import { expect, type Page, test } from '@playwright/test';
import { open, signIn } from './sign-in.ts';

test.beforeEach(({ page }) => signIn(page, 'admin'));

/** Presses Tab until the wanted thing has the focus. */
async function tabTo(page: Page, name: string | RegExp): Promise<void> {
  for (let presses = 0; presses < 120; presses += 1) {
    await page.keyboard.press('Tab');
    const text = await page.evaluate('document.activeElement?.getAttribute("aria-label") ?? document.activeElement?.textContent ?? ""');
    if (typeof name === 'string' ? String(text).trim() === name : name.test(String(text))) return;
  }
  throw new Error(`Tab does not reach ${name}.`);
}

/** Presses the arrow until the wanted entry of the open menu has the focus. */
async function arrowTo(page: Page, name: string): Promise<void> {
  for (let presses = 0; presses < 20; presses += 1) {
    await page.keyboard.press('ArrowDown');
    if ((await page.evaluate('document.activeElement?.textContent')) === name) return;
  }
  throw new Error(`The arrows do not reach ${name}.`);
}

test('the frame: the way to the content, menus, and the search', async ({ page }) => {
  await open(page, '/projects');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await expect(page.locator('#content')).toBeFocused();
  await page.keyboard.press('Control+k');
  await expect(page.getByRole('textbox', { name: 'Search' })).toBeFocused();
  await page.keyboard.type('work');
  await expect(page.getByRole('dialog').getByText('team/worker')).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toHaveCount(0);
});

test('a menu of the frame: opened at once, walked by arrows, and back to its button', async ({ page }) => {
  await open(page, '/projects');
  const button = page.getByRole('button', { name: 'Language and colours' });
  await button.focus();
  for (const _again of ['first', 'second']) {
    await page.keyboard.press('Enter');
    await expect(page.getByRole('menu')).toBeVisible();
    await arrowTo(page, 'Dark');
    await page.keyboard.press('Escape');
    await expect(page.getByRole('menu')).toHaveCount(0);
    await expect(button).toBeFocused();
  }
  await page.keyboard.press('Enter');
  await expect(page.getByRole('menu')).toBeVisible();
  await arrowTo(page, '简体中文');
  await page.keyboard.press('Enter');
  await expect(page.locator('html')).toHaveAttribute('lang', 'zh-Hans');
});

test('a tooltip: at the pointer and at the focus, until Escape, and always what is true now', async ({ page }) => {
  await open(page, '/projects/team/repositories/worker');
  const tip = page.getByRole('tooltip');
  await page.locator('time').first().hover();
  await expect(tip).toHaveText(/20\d\d/);
  await page.keyboard.press('Escape');
  await expect(tip).toHaveCount(0);
  await tabTo(page, /^Copy the pull command/);
  await expect(tip).toHaveText('Copy the pull command of latest');
  await page.keyboard.press('Enter');
  await expect(tip).toHaveText('Copied');
  await page.keyboard.press('Tab');
  await expect(tip).toHaveText(/^Copy: /);
});

test('a table: order, a menu of a row, its dialog, and back to where one was', async ({ page }) => {
  await open(page, '/users');
  await tabTo(page, /^E-mail/);
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/sort=email/);
  await tabTo(page, 'Actions for linus');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('menu')).toBeVisible();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Escape');
  await expect(page.getByRole('menu')).toHaveCount(0);
  await expect(page.getByRole('button', { name: 'Actions for linus' })).toBeFocused();
});

test('a dialog: the focus goes in, stays in, and comes back', async ({ page }) => {
  await open(page, '/labels');
  await tabTo(page, 'New label');
  await page.keyboard.press('Enter');
  const dialog = page.getByRole('dialog');
  await expect(dialog.getByLabel('Name')).toBeFocused();
  for (let presses = 0; presses < 12; presses += 1) {
    await page.keyboard.press('Tab');
    expect(await page.evaluate('document.activeElement?.closest("[role=dialog]") !== null')).toBe(true);
  }
  await page.keyboard.press('Escape');
  await expect(dialog).toHaveCount(0);
  await expect(page.getByRole('button', { name: 'New label' })).toBeFocused();
});

test('an action is done without the mouse: a label is made and deleted', async ({ page }) => {
  await open(page, '/labels');
  await tabTo(page, 'New label');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('dialog').getByLabel('Name')).toBeFocused();
  await page.keyboard.type('by keyboard');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('cell', { name: 'by keyboard', exact: true })).toBeVisible();
  await tabTo(page, 'Actions for by keyboard');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('menu')).toBeVisible();
  await arrowTo(page, 'Delete');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('dialog')).toBeVisible();
  await tabTo(page, 'Delete');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('cell', { name: 'by keyboard', exact: true })).toHaveCount(0);
});

test('permissions are ticked, and a rule is written, by keyboard', async ({ page }) => {
  await open(page, '/roles');
  await tabTo(page, 'New role');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('dialog').getByLabel('Name')).toBeFocused();
  await page.keyboard.type('Keys only');
  await page.getByRole('dialog').getByRole('checkbox').first().focus();
  await page.keyboard.press('Space');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('table', { name: 'Made here' }).getByRole('row').filter({ hasText: 'Keys only' })).toContainText(
    '1 permission',
  );
});
