import { expect, test } from '@playwright/test';
import { scene } from './scene.ts';
import { open, signIn } from './sign-in.ts';

test('a wrong password says so, and keeps the name', async ({ page }) => {
  await open(page, '/sign-in');
  await page.getByLabel('User name').fill('olga');
  await page.locator('input[name=password]').fill('Wrong-Password-1');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('alert')).toContainText('The user name or the password is wrong.');
  await expect(page.getByLabel('User name')).toHaveValue('olga');
  await expect(page.locator('input[name=password]')).toHaveValue('');
});

test('empty fields are not sent', async ({ page }) => {
  await open(page, '/sign-in');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page.getByText('Type both.')).toHaveCount(2);
});

test('a page asked for before signing in is shown after it; another site is not', async ({ page }) => {
  await page.goto(`${scene().url}/projects/team/members?filter=ada`);
  await expect(page.getByRole('heading', { name: 'Sign in to Berth' })).toBeVisible();
  await page.getByLabel('User name').fill('ada');
  await page.locator('input[name=password]').fill(scene().password);
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(`${scene().url}/projects/team/members?filter=ada`);
  await page.context().clearCookies();
  await page.goto(`${scene().url}/sign-in?to=${encodeURIComponent('//evil.example/')}`);
  await page.getByLabel('User name').fill('ada');
  await page.locator('input[name=password]').fill(scene().password);
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { name: 'Dashboard' })).toBeVisible();
  expect(page.url()).toBe(`${scene().url}/`);
});

test('signing out ends the session', async ({ page }) => {
  await signIn(page, 'grace');
  await page.getByRole('button', { name: 'Account of grace' }).click();
  await page.getByRole('menuitem', { name: 'Sign out' }).click();
  await expect(page.getByRole('heading', { name: 'Sign in to Berth' })).toBeVisible();
  await page.goto(`${scene().url}/projects`);
  await expect(page.getByRole('heading', { name: 'Sign in to Berth' })).toBeVisible();
});
