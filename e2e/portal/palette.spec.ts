import { expect, type Page, test } from '@playwright/test';
import { scene } from './scene.ts';
import { open, signIn } from './sign-in.ts';

async function type(page: Page, text: string): Promise<void> {
  await page.keyboard.press('Control+k');
  await expect(page.getByRole('textbox', { name: 'Search' })).toBeFocused();
  await page.keyboard.insertText(text);
}

/** Waits until the entry is there, and takes the first one as one does without looking. */
async function enter(page: Page, entry: string): Promise<void> {
  await expect(page.getByRole('dialog').getByText(entry, { exact: true }).first()).toBeVisible();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
}

test.beforeEach(async ({ page }) => {
  await signIn(page, 'grace');
});

test('a tag is found by a part of its name, opened by keyboard, and offered again', async ({ page }) => {
  await type(page, 'v1.11');
  await enter(page, 'team/web/app:v1.11.0');
  await expect(page).toHaveURL(/web%2Fapp\/artifacts\/v1\.11\.0$/);
  await page.keyboard.press('Control+k');
  await enter(page, 'team/web/app:v1.11.0');
  await expect(page).toHaveURL(/v1\.11\.0$/);
});

test('a pasted digest and a whole reference lead straight there', async ({ page }) => {
  await open(page, '/projects/team/repositories/web%2Fapp/artifacts/v1.3.0');
  const response = await page.request.get(`${scene().url}/api/v2.0/projects/team/repositories/web%252Fapp/artifacts/v1.3.0`);
  const { digest } = (await response.json()) as { digest: string };
  await open(page, '/projects');
  await type(page, digest);
  await enter(page, `team/web/app@${digest.slice(0, 19)}`);
  await expect(page).toHaveURL(new RegExp(`artifacts/${digest.replace(':', '(:|%3A)')}$`));
  await open(page, '/projects');
  await type(page, `docker pull ${scene().host}/team/web/app:v1.3.0@${digest}`);
  await enter(page, `team/web/app@${digest.slice(0, 19)}`);
  await expect(page).toHaveURL(new RegExp(`artifacts/${digest.replace(':', '(:|%3A)')}$`));
});

test('pages are found by their names, those of administrators by administrators', async ({ page }) => {
  await type(page, 'connect');
  await enter(page, 'Connect a machine');
  await expect(page.getByRole('heading', { level: 1, name: 'Connect a machine' })).toBeVisible();
  await type(page, 'audit log');
  await expect(page.getByText('Nothing has this in its name.')).toBeVisible();
});

test('what one may not see is not found', async ({ page }) => {
  await signIn(page, 'olga');
  await type(page, 'worker');
  await expect(page.getByText('Nothing has this in its name.')).toBeVisible();
});
