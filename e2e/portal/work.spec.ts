import { expect, test } from '@playwright/test';
import { RegistryClient } from '../harness/registry-client.ts';
import { pushImage, scene } from './scene.ts';
import { ownProject } from './own-project.ts';
import { open, signIn } from './sign-in.ts';

const APP = '/projects/team/repositories/web%2Fapp';

function registry(): RegistryClient {
  return new RegistryClient(scene().url, { user: 'admin', password: scene().adminPassword });
}

test('a project is made by keyboard, a bad name is refused with a sentence, and it is deleted again', async ({ page }) => {
  await signIn(page, 'admin');
  await open(page, '/projects');
  await page.getByRole('button', { name: 'New project' }).focus();
  await page.keyboard.press('Enter');
  await expect(page.getByLabel('Name', { exact: true })).toBeFocused();
  await page.keyboard.type('Not A Name');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('dialog').getByRole('alert')).toContainText('This was not done.');
  await page.getByLabel('Name', { exact: true }).fill('dock-one');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { level: 1, name: 'dock-one' })).toBeVisible();
  await page.getByRole('navigation', { name: 'Parts of the project' }).getByRole('link', { name: 'Settings' }).click();
  await page.getByRole('button', { name: 'Delete the project' }).click();
  const dialog = page.getByRole('dialog');
  await expect(dialog.getByRole('button', { name: 'Delete', exact: true })).toBeDisabled();
  await dialog.getByLabel('Type dock-one to confirm').fill('dock-one');
  await dialog.getByRole('button', { name: 'Delete', exact: true }).click();
  await expect(page).toHaveURL(/\/projects$/);
  await expect(page.getByRole('link', { name: 'dock-one' })).toHaveCount(0);
});

test('a push appears on the page that waits for it', async ({ page }) => {
  const client = registry();
  const project = await ownProject(client, 'waits');
  await signIn(page, 'admin');
  await open(page, `/projects/${project.name}`);
  await expect(page.getByText('Nothing has been pushed yet')).toBeVisible();
  await pushImage(client, { repository: `${project.name}/fresh`, tag: '1', arm: false });
  await expect(page.getByRole('link', { name: 'fresh' })).toBeVisible();
  await project.remove('fresh');
  client.close();
});

test('the overview of a project tells what it holds, what was pushed last, and what its rules do', async ({ page }) => {
  const client = registry();
  const project = await ownProject(client, 'seen');
  await signIn(page, 'admin');
  await open(page, `/projects/${project.name}/overview`);
  await expect(page.getByText('Nothing has been pushed yet')).toBeVisible();
  await expect(page.getByText(`docker push ${scene().host}/${project.name}/app:1.0`)).toBeVisible();
  await expect(page.getByText('Every tag may move.')).toBeVisible();
  await pushImage(client, { repository: `${project.name}/fresh`, tag: '1', arm: false });
  await expect(page.getByRole('link', { name: 'fresh' })).toBeVisible({ timeout: 20_000 });
  await project.remove('fresh');
  client.close();
  await open(page, '/projects/team/overview');
  await expect(page.getByText('1 rule keeps tags from moving and going.')).toBeVisible();
  await page.getByRole('link', { name: 'Look: Retention' }).click();
  await expect(page).toHaveURL(/\/projects\/team\/retention$/);
  await signIn(page, 'linus');
  await open(page, '/projects/team/overview');
  await expect(page.getByRole('heading', { name: 'Rules' })).toBeVisible();
  await expect(page.getByText('docker push')).toHaveCount(0);
});

test('a deleted tag is put back from its history', async ({ page }) => {
  const client = registry();
  await pushImage(client, { repository: 'team/web/app', tag: 'v0.9.0', arm: false });
  client.close();
  await signIn(page, 'admin');
  await open(page, `${APP}?filter=v0.9*`);
  await page.getByRole('checkbox', { name: 'Select v0.9.0' }).check();
  await page.getByRole('button', { name: 'Delete 1 tag' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Delete 1 tag' }).click();
  await expect(page.getByText('Nothing matches the filter.')).toBeVisible();
  await open(page, `${APP}/history?tag=v0.9.0`);
  await page.getByRole('button', { name: 'Point the tag here again' }).first().click();
  await page.getByRole('dialog').getByRole('button', { name: 'Point the tag here again' }).click();
  await expect(page.getByText(/v0\.9\.0 points at/)).toBeVisible();
  await open(page, `${APP}?filter=v0.9*`);
  await expect(page.getByRole('link', { name: 'v0.9.0' })).toBeVisible();
});

test('the copied pull command is the one that is shown, and versions sort as versions', async ({ page }) => {
  await signIn(page, 'linus');
  await open(page, `${APP}?filter=v1.*`);
  await page.getByLabel('Order').selectOption('-version');
  await expect(page.locator('tbody tr').first()).toContainText('v1.11.0');
  await expect(page).toHaveURL(/sort=-version/);
  await page.getByRole('button', { name: 'Copy the pull command of v1.11.0' }).click();
  expect(await page.evaluate('navigator.clipboard.readText()')).toBe(`docker pull ${scene().host}/team/web/app:v1.11.0`);
});

test('the palette finds by a part of the name and by a whole reference', async ({ page }) => {
  await signIn(page, 'linus');
  await page.keyboard.press('Control+k');
  const field = page.getByRole('textbox', { name: 'Search' });
  await field.fill('work');
  await page.getByRole('dialog').getByRole('button', { name: 'team/worker' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'worker' })).toBeVisible();
  await page.keyboard.press('Control+k');
  await field.fill(`${scene().host}/team/web/app:v1.2.0`);
  await page.getByRole('dialog').getByRole('button', { name: 'team/web/app:v1.2.0', exact: true }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'v1.2.0' })).toBeVisible();
});

test('a token is told once and revoked', async ({ page }) => {
  await signIn(page, 'olga');
  await open(page, '/profile');
  await page.getByRole('button', { name: 'New token' }).click();
  await page.getByRole('dialog').getByLabel('Name').fill('laptop');
  await page.getByRole('dialog').getByRole('button', { name: 'Create' }).click();
  // By its text: the dialog before it may still be fading out.
  await expect(page.getByRole('dialog').filter({ hasText: 'It is shown this once.' })).toBeVisible();
  await page.getByRole('button', { name: 'I have kept it' }).click();
  await page.getByRole('button', { name: 'Revoke laptop?' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Revoke', exact: true }).click();
  await expect(page.getByText('No token yet')).toBeVisible();
});
