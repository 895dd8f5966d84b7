import { expect, type Page } from '@playwright/test';
import { scene } from './scene.ts';

/** Opens a page of the portal and waits until nothing is loading any more. */
export async function open(page: Page, path: string): Promise<void> {
  await page.goto(scene().url + path);
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  await settled(page);
}

/** No grey bars any more. */
export async function settled(page: Page): Promise<void> {
  await expect(page.locator('.mantine-Skeleton-root')).toHaveCount(0);
}

/** Signs in through the form. */
export async function signIn(page: Page, username: string): Promise<void> {
  const { adminPassword, password } = scene();
  await open(page, '/sign-in');
  await page.locator('input[name=username]').fill(username);
  await page.locator('input[name=password]').fill(username === 'admin' ? adminPassword : password);
  await page.locator('form button[type=submit]').click();
  await page.waitForURL((url) => url.pathname !== '/sign-in');
  // The frame is there, and listens to the keyboard.
  await expect(page.locator('#content')).toBeVisible();
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  await settled(page);
}
