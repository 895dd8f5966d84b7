import { expect, test } from '@playwright/test';
import { OCI_CONFIG, OCI_INDEX, OCI_MANIFEST, RegistryClient } from '../harness/registry-client.ts';
import { expectAccessible } from './checks.ts';
import { ownProject } from './own-project.ts';
import { pushImage, scene } from './scene.ts';
import { open, settled, signIn } from './sign-in.ts';

let project = '';

/** Repositories in folders, an image for two platforms, and a signature of it. */
test.beforeAll(async () => {
  const client = new RegistryClient(scene().url, { user: 'admin', password: scene().adminPassword });
  project = (await ownProject(client, 'contents')).name;
  const app = `${project}/web/shop/cart`;
  for (const repository of ['api', 'web/app', 'web/shop/pay'])
    await pushImage(client, { repository: `${project}/${repository}`, tag: '1', arm: false });
  const amd64 = await pushImage(client, { repository: app, tag: '', arm: false });
  const arm64 = await pushImage(client, { repository: app, tag: '', arm: true });
  const manifests = [
    { ...amd64, platform: { os: 'linux', architecture: 'amd64' } },
    { ...arm64, platform: { os: 'linux', architecture: 'arm64', variant: 'v8' } },
  ];
  const subject = await client.putManifest(app, 'latest', { schemaVersion: 2, mediaType: OCI_INDEX, manifests }, OCI_INDEX);
  const config = await client.pushBlob(app, '{}', OCI_CONFIG);
  const layers = [await client.pushBlob(app, 'signature')];
  const artifactType = 'application/vnd.dev.cosign.artifact.sig.v1+json';
  await client.putManifest(app, '', { schemaVersion: 2, mediaType: OCI_MANIFEST, artifactType, config, layers, subject });
  client.close();
});

test.beforeEach(({ page }) => signIn(page, 'admin'));

test('repositories stand in their folders, and a folder leads to what is in it', async ({ page }) => {
  await open(page, `/projects/${project}`);
  const table = page.getByRole('table', { name: 'Repositories' });
  await expect(table.getByRole('link')).toHaveText(['api', 'web/', 'app', 'shop/', 'cart', 'pay']);
  await table.getByRole('link', { name: 'shop/', exact: true }).click();
  await expect(table.getByRole('link')).toHaveText(['web/', 'shop/', 'cart', 'pay']);
  await table.getByRole('button', { name: 'Last change' }).click();
  await expect(table.getByRole('link')).toHaveText(['web/shop/pay', 'web/shop/cart']);
  await expectAccessible(page);
});

test('the images of an index and what refers to it are folded under it', async ({ page }) => {
  await open(page, `/projects/${project}/repositories/web%2Fshop%2Fcart/digests`);
  const table = page.getByRole('table', { name: 'Digests and untagged' });
  await expect(table.getByRole('row')).toHaveCount(2);
  await table.getByText('2 images inside').click();
  await expect(table.getByText('linux/arm64/v8').last()).toBeVisible();
  await table.getByText('1 signature or attachment').click();
  await expect(table.getByText(/signature/i).last()).toBeVisible();
  await expectAccessible(page);
});

test('of an index one platform is shown, and the address says which', async ({ page }) => {
  await open(page, `/projects/${project}/repositories/web%2Fshop%2Fcart/artifacts/latest`);
  const platforms = page.getByRole('radiogroup', { name: 'Platform' });
  await expect(platforms.getByRole('radio', { name: 'linux/amd64' })).toBeChecked();
  await expect(page.getByRole('heading', { name: 'How it was built' })).toBeVisible();
  await platforms.getByText('linux/arm64/v8').click();
  await expect(page).toHaveURL(/platform=linux/);
  await settled(page);
  await page.reload();
  await expect(platforms.getByRole('radio', { name: 'linux/arm64/v8' })).toBeChecked();
  await page.getByRole('button', { name: 'Copy as a Dockerfile' }).click();
  expect(await page.evaluate('navigator.clipboard.readText()')).toContain('\nCMD ["--listen" ":8080"]');
  await expect(page.getByRole('tooltip')).toHaveText('Copied');
  // Tooltips stand outside of every landmark. One that was sent away stays away when its button changes under the pointer.
  await page.keyboard.press('Escape');
  await expect(page.getByRole('button', { name: 'Copy as a Dockerfile' })).toBeVisible();
  await expect(page.getByRole('tooltip')).toHaveCount(0);
  await expectAccessible(page);
});

test('without the server a page says so, keeps what it has, and goes on by itself', async ({ page, context }) => {
  await open(page, `/projects/${project}`);
  await context.setOffline(true);
  await expect(page.getByText('The server does not answer. What you see is how it was')).toBeVisible({ timeout: 20_000 });
  await expect(page.getByRole('link', { name: 'api', exact: true })).toBeVisible();
  await expectAccessible(page);
  await context.setOffline(false);
  await expect(page.getByText('The server does not answer. What you see is how it was')).toHaveCount(0, { timeout: 20_000 });
  await expect(page.getByRole('alert')).toHaveCount(0);
});
