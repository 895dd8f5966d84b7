import { expect, test } from '@playwright/test';
import { expectStatus, RegistryClient } from '../harness/registry-client.ts';
import { expectAccessible } from './checks.ts';
import { ownProject } from './own-project.ts';
import { pushImage, scene } from './scene.ts';
import { open, signIn } from './sign-in.ts';

let client: RegistryClient;

test.beforeEach(async ({ page }) => {
  client = new RegistryClient(scene().url, { user: 'admin', password: scene().adminPassword });
  await signIn(page, 'admin');
});
test.afterEach(() => client.close());

test('what a repository is for is written down by whoever pushes to it, and stands above its tags', async ({ page }) => {
  const project = await ownProject(client, 'described');
  await pushImage(client, { repository: `${project.name}/app`, tag: 'v1', arm: false });
  await project.addMember('grace', 2);
  await signIn(page, 'grace');
  await open(page, `/projects/${project.name}/repositories/app`);
  const write = async (text: string): Promise<void> => {
    await page.getByRole('button', { name: 'Actions for app' }).click();
    await page.getByRole('menuitem', { name: 'Describe the repository' }).click();
    await expect(page.getByRole('menu')).toHaveCount(0);
    await page.getByRole('dialog').getByLabel('Description').fill(text);
    await expectAccessible(page);
    await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
    await expect(page.getByRole('dialog')).toHaveCount(0);
  };
  await write('The shop. Ask the web team.');
  await expect(page.getByText('The shop. Ask the web team.')).toBeVisible();
  await page.reload();
  await expect(page.getByText('The shop. Ask the web team.')).toBeVisible();
  await write('');
  await expect(page.getByText('The shop. Ask the web team.')).toHaveCount(0);
  await project.remove('app');
});

test('an artifact is copied with its tags into another project, and a refusal keeps the dialog with what was typed', async ({ page }) => {
  const [from, to] = [await ownProject(client, 'build'), await ownProject(client, 'run')];
  await pushImage(client, { repository: `${from.name}/app`, tag: 'v1', arm: false });
  await open(page, `/projects/${from.name}/repositories/app/artifacts/v1`);
  await page.getByRole('button', { name: 'Actions for v1' }).click();
  await page.getByRole('menuitem', { name: 'Copy to another repository' }).click();
  await expect(page.getByRole('menu')).toHaveCount(0);
  const dialog = page.getByRole('dialog');
  const field = dialog.getByLabel('Repository');
  const copy = dialog.getByRole('button', { name: 'Copy' });
  await expect(field).toHaveValue(`${from.name}/app`);
  await expect(copy).toBeDisabled();
  await field.fill('nothing');
  await expect(copy).toBeDisabled();
  await field.fill(`${to.name}/Not A Name`);
  await copy.click();
  await expect(dialog.getByRole('alert')).toContainText('This was not done.');
  await expectAccessible(page);
  await field.fill(`${to.name}/shop/app`);
  await copy.click();
  await expect(page).toHaveURL(new RegExp(`/projects/${to.name}/repositories/shop%2Fapp/artifacts/sha256`));
  await open(page, `/projects/${to.name}/repositories/shop%2Fapp`);
  await expect(page.getByRole('link', { name: 'v1', exact: true })).toBeVisible();
  await from.remove('app');
  await to.remove('shop%252Fapp');
});

test('a project goes with all its repositories; one that may not go keeps itself, the project and what comes after', async ({ page }) => {
  const project = await ownProject(client, 'going');
  for (const repository of ['a', 'b/c', 'd'])
    await pushImage(client, { repository: `${project.name}/${repository}`, tag: 'v1', arm: false });
  const headers = { ...client.basic(), 'content-type': 'application/json' };
  const pin = `/api/v2.0/projects/${project.name}/repositories/b%252Fc/artifacts/v1/pin`;
  expectStatus('pin', await client.plain('PUT', pin, { headers, body: JSON.stringify({ reason: 'kept' }) }), 200);
  await open(page, `/projects/${project.name}/settings`);
  await page.getByRole('button', { name: 'Delete the project' }).click();
  const dialog = page.getByRole('dialog');
  await expect(dialog).toContainText('Its 3 repositories go first');
  await dialog.getByRole('textbox').fill(project.name);
  await dialog.getByRole('button', { name: 'Delete' }).click();
  await expect(dialog.getByRole('alert')).toContainText('1 of 3 repositories are in the trash; the others and the project stay.');
  await expectAccessible(page);
  expectStatus('unpin', await client.plain('DELETE', pin, { headers }), 200);
  await dialog.getByRole('button', { name: 'Delete' }).click();
  await expect(page).toHaveURL(/\/projects$/);
  expectStatus('the project', await client.plain('GET', `/api/v2.0/projects/${project.name}`, { headers }), 404);
});
