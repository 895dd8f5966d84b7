import { readFile } from 'node:fs/promises';
import { expect, test } from '@playwright/test';
import { OCI_CONFIG, OCI_LAYER, OCI_MANIFEST, RegistryClient } from '../harness/registry-client.ts';
import { expectAccessible, inColors } from './checks.ts';
import { layerOf } from './layer-of.ts';
import { type OwnProject, ownProject } from './own-project.ts';
import { scene } from './scene.ts';
import { open, signIn } from './sign-in.ts';

let client: RegistryClient;
let project: OwnProject;

test.beforeAll(async () => {
  client = new RegistryClient(scene().url, { user: 'admin', password: scene().adminPassword });
  project = await ownProject(client, 'files');
  const base = await layerOf({ 'etc/motd': 'welcome\n', 'etc/old.conf': 'old\n', 'usr/share/readme.txt': 'read me\n' });
  const next = await layerOf({ 'etc/motd': 'welcome back\n', 'etc/.wh.old.conf': '', 'srv/app.js': 'run();\n' });
  await push('one', [base], ['MODE=test']);
  await push('two', [base, next], ['MODE=live']);
  await push('broken', [base, Buffer.from('this is no layer')], []);
});

test.afterAll(async () => {
  await project.remove('app');
  client.close();
});

async function push(tag: string, contents: readonly Buffer[], env: readonly string[]): Promise<void> {
  const repository = `${project.name}/app`;
  const layers = [];
  for (const content of contents) layers.push(await client.pushBlob(repository, content, OCI_LAYER));
  const config = await client.pushBlob(
    repository,
    JSON.stringify({ architecture: 'amd64', os: 'linux', config: { Env: env }, rootfs: { type: 'layers', diff_ids: [] } }),
    OCI_CONFIG,
  );
  await client.putManifest(repository, tag, { schemaVersion: 2, mediaType: OCI_MANIFEST, config, layers });
}

const tab = (tag: string): string => `/projects/${project.name}/repositories/app/artifacts/${tag}`;

test('the files of an image are walked by keyboard, with what a layer removed, and one is downloaded', async ({ page }) => {
  await signIn(page, 'admin');
  await open(page, tab('two'));
  await page.getByRole('link', { name: 'Files', exact: true }).click();
  const etc = page.getByRole('link', { name: 'etc', exact: true });
  await expect(etc).toBeVisible({ timeout: 60_000 });
  await etc.focus();
  await page.keyboard.press('Enter');
  const table = page.getByRole('table', { name: 'Files' });
  await expect(table.getByRole('row').filter({ hasText: 'old.conf' })).toContainText('removed by this layer');
  const motd = table.getByRole('row').filter({ hasText: 'motd' });
  await expect(motd).toContainText('2 of 2');
  await expect(motd).toContainText('0644');
  await expectAccessible(page);
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: 'Download motd' }).click()]);
  expect(download.suggestedFilename()).toBe('motd');
  expect(await readFile(await download.path(), 'utf8')).toBe('welcome back\n');
  await page.reload();
  await expect(motd).toBeVisible();
  await page.getByRole('navigation', { name: 'Directory' }).getByRole('link', { name: 'root' }).click();
  await expect(page.getByRole('link', { name: 'srv', exact: true })).toBeVisible();
});

test('a file is found anywhere by a part of its name', async ({ page }) => {
  await signIn(page, 'admin');
  await open(page, `${tab('two')}/files`);
  await page.getByRole('textbox', { name: 'Find a file: a part of its name' }).fill('READ');
  await expect(page.getByText('usr/share/readme.txt')).toBeVisible({ timeout: 60_000 });
  await page.getByRole('textbox', { name: 'Find a file: a part of its name' }).fill('nothing like it');
  await expect(page.getByRole('heading', { name: 'No file has this in its name' })).toBeVisible();
});

test('a layer that is none is named with the reason, and the others are shown', async ({ page }) => {
  await signIn(page, 'admin');
  await open(page, `${tab('broken')}/files`);
  await expect(page.getByRole('alert')).toContainText('1 layer cannot be read', { timeout: 60_000 });
  await expect(page.getByRole('link', { name: 'etc', exact: true })).toBeVisible();
  await expectAccessible(page);
  await open(page, `/projects/${project.name}/repositories/app/compare?from=one&to=broken`);
  await expect(page.getByRole('alert')).toContainText('1 layer cannot be read');
  // Nobody knows what is in it: nothing is said to be the same.
  await expect(page.getByText('They hold the same files')).toHaveCount(0);
});

test('two tags are selected and compared: layers, configuration, files and sizes', async ({ page }) => {
  await signIn(page, 'admin');
  await open(page, `/projects/${project.name}/repositories/app`);
  await page.getByRole('checkbox', { name: 'Select one' }).check();
  await page.getByRole('checkbox', { name: 'Select two' }).check();
  await page.getByRole('link', { name: 'Compare the two' }).click();
  await expect(page).toHaveURL(/compare\?from=one&to=two/);
  const layers = page.getByRole('table', { name: 'Layers' });
  await expect(layers.getByRole('row').filter({ hasText: 'in both' })).toHaveCount(1);
  await expect(layers.getByRole('row').filter({ hasText: 'only in two' })).toHaveCount(1);
  const config = page.getByRole('table', { name: 'Configuration' });
  await expect(config.getByRole('row').filter({ hasText: 'MODE' })).toContainText('live');
  const files = page.getByRole('table', { name: 'Files' });
  await expect(files.getByRole('row').filter({ hasText: 'etc/motd' })).toContainText('changed', { timeout: 60_000 });
  await expect(files.getByRole('row').filter({ hasText: 'etc/old.conf' })).toContainText('removed');
  await expect(files.getByRole('row').filter({ hasText: 'srv/app.js' })).toContainText('added');
  await expectAccessible(page);
  await page.getByRole('textbox', { name: 'To' }).fill('nosuchtag');
  await page.getByRole('button', { name: 'Compare', exact: true }).click();
  await expect(page.getByRole('alert')).toContainText('There is nothing here.');
});

test('of an index the platform to compare is chosen, and kept in the address', async ({ page }) => {
  await signIn(page, 'linus');
  await open(page, '/projects/team/repositories/web%2Fapp/compare?from=latest&to=v1.4.0');
  const chosen = page.getByRole('radiogroup', { name: 'Platform' });
  // The other side stands alone, and runs on amd64.
  await expect(chosen.getByRole('radio', { name: 'linux/amd64' })).toBeChecked();
  const platforms = page.getByRole('table', { name: 'Configuration' }).getByRole('row').filter({ hasText: 'Platform' });
  await expect(platforms).toHaveCount(0);
  await chosen.getByText('linux/arm64/v8').click();
  await expect(page).toHaveURL(/platform=linux%2Farm64%2Fv8/);
  await expect(platforms).toContainText('linux/arm64/v8');
  await expect(platforms).toContainText('linux/amd64');
  await expect(page.getByRole('table', { name: 'Files' }).getByRole('row').filter({ hasText: 'srv/app.js' })).toContainText('changed', {
    timeout: 60_000,
  });
  await page.reload();
  await expect(chosen.getByRole('radio', { name: 'linux/arm64/v8' })).toBeChecked();
  for (const colorScheme of ['light', 'dark'] as const) {
    await inColors(page, colorScheme);
    await expectAccessible(page);
  }
  await open(page, '/projects/team/repositories/web%2Fapp/compare?from=v1.3.0&to=v1.4.0&platform=linux%2Farm64');
  await expect(page.getByRole('table', { name: 'Layers' })).toBeVisible();
  await expect(chosen).toHaveCount(0);
});
