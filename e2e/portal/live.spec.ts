import { Readable } from 'node:stream';
import { expect, test } from '@playwright/test';
import { OCI_CONFIG, OCI_LAYER, OCI_MANIFEST, RegistryClient } from '../harness/registry-client.ts';
import { expectAccessible, inColors } from './checks.ts';
import { scene } from './scene.ts';
import { ownProject } from './own-project.ts';
import { open, signIn } from './sign-in.ts';

const KIB = 1024;
const PART = 200 * KIB;

function registry(): RegistryClient {
  return new RegistryClient(scene().url, { user: 'admin', password: scene().adminPassword });
}

test('what happens anywhere is on the page Activity, for who may know it', async ({ page }) => {
  const client = registry();
  const project = await ownProject(client, 'active');
  await signIn(page, 'admin');
  await open(page, '/activity');
  await client.pushImage(`${project.name}/app`, 'seen', 'seen');
  await expect(
    page
      .getByRole('row')
      .filter({ hasText: `${project.name}/app` })
      .first(),
  ).toBeVisible();
  await page.getByLabel('Filter by user name').fill('nobody-at-all');
  await expect(page).toHaveURL(/filter=nobody-at-all/);
  await expect(page.getByText('Nothing matches the filter.')).toBeVisible();
  await signIn(page, 'linus');
  await open(page, '/activity');
  const own = page.getByRole('row').filter({ hasText: `${project.name}/app` });
  await expect(page.getByRole('row').filter({ hasText: 'team/web/app' }).first()).toBeVisible();
  await expect(own).toHaveCount(0);
  for (const colorScheme of ['light', 'dark'] as const) {
    await inColors(page, colorScheme);
    await expectAccessible(page);
  }
  await project.addMember('linus', 3);
  await open(page, '/activity');
  await page.getByLabel('Filter by a part of the name').fill(project.name);
  await page.getByLabel('What').selectOption('pushed');
  await expect(page).toHaveURL(new RegExp(`filter=${project.name}`));
  await expect(page).toHaveURL(/kind=manifest/);
  await client.pushImage(`${project.name}/app`, 'later', 'later');
  // Rights are remembered for seconds.
  await expect(own.filter({ hasText: ':later' })).toBeVisible({ timeout: 60_000 });
  await page.getByLabel('What').selectOption('deleted a tag');
  await expect(page.getByText('Nothing matches the filter.')).toBeVisible();
  await project.remove('app');
  client.close();
});

test('a push is seen while its bytes arrive, with what was saved and what was accepted', async ({ page }) => {
  const client = registry();
  const project = await ownProject(client, 'live');
  const repository = `${project.name}/app`;
  // A part that is there already: clients look for it and do not send it.
  const base = await client.pushBlob(repository, 'shared '.repeat(40_000));
  await client.pushImage(repository, 'first', 'first');
  await signIn(page, 'admin');
  await open(page, `/projects/${project.name}/repositories/app`);
  let goOn: () => void = () => undefined;
  const waiting = new Promise<void>((resolve) => {
    goOn = resolve;
  });
  const bytes = Buffer.alloc(PART * 2, 'live ');
  const started = await client.ask('POST', `/v2/${repository}/blobs/uploads/`);
  const body = Readable.from(
    (async function* () {
      yield bytes.subarray(0, PART);
      await waiting;
      yield bytes.subarray(PART);
    })(),
  );
  const sending = client.ask('PATCH', String(started.headers.location), { body, headers: { 'content-type': 'application/octet-stream' } });
  await expect(page.getByRole('heading', { name: `admin is pushing to ${repository}` })).toBeVisible();
  await expect(page.getByText('arriving')).toBeVisible();
  await expect(page.getByText('200 KiB', { exact: true })).toBeVisible();
  await expectAccessible(page);
  goOn();
  const sent = await sending;
  const layer = await client.pushBlob(repository, bytes, OCI_LAYER);
  await client.ask('DELETE', String(sent.headers.location));
  // With the right to push, as clients have it that look before they send.
  await client.plain('HEAD', `/v2/${repository}/blobs/${base.digest}`, { headers: client.basic() });
  await expect(page.getByText('already here, nothing was sent')).toBeVisible();
  await expect(page.getByText(/saved by what was here already/)).toContainText('273 KiB saved');
  const config = await client.pushBlob(repository, '{"architecture":"amd64","os":"linux"}', OCI_CONFIG);
  await client.putManifest(repository, 'live', { schemaVersion: 2, mediaType: OCI_MANIFEST, config, layers: [layer] });
  await expect(page.getByRole('heading', { name: `admin pushed to ${repository}` })).toBeVisible();
  await expect(page.getByText('Accepted: live')).toBeVisible();
  await expect(page.getByRole('link', { name: 'live', exact: true })).toBeVisible();
  await page.getByRole('button', { name: 'Close the view of this push' }).click();
  await expect(page.getByText('Accepted: live')).toBeHidden();
  await project.remove('app');
  client.close();
});

test('the first push into an empty project is seen, and a refusal in the words that the client was told', async ({ page }) => {
  await signIn(page, 'admin');
  await open(page, '/projects/empty');
  const client = registry();
  const absent = { mediaType: OCI_CONFIG, digest: `sha256:${'0'.repeat(64)}`, size: 7 };
  await client.pushBlob('empty/first', 'anything');
  const refused = await client.ask('PUT', '/v2/empty/first/manifests/1', {
    body: JSON.stringify({ schemaVersion: 2, mediaType: OCI_MANIFEST, config: absent, layers: [] }),
    headers: { 'content-type': OCI_MANIFEST },
  });
  expect(refused.status).toBe(404);
  await expect(page.getByRole('alert')).toContainText('which this repository does not hold. Nothing was stored; push it first.');
  client.close();
});

test('nobody sees the pushes of a project that is not his', async ({ page }) => {
  await signIn(page, 'olga');
  await open(page, '/projects/library');
  const told = await page.evaluate(
    () =>
      new Promise<string>((resolve) => {
        const source = new EventSource('/api/v2.0/events?project=team');
        const kinds: string[] = [];
        for (const name of ['push', 'content']) source.addEventListener(name, () => kinds.push(name));
        source.addEventListener('ready', () => {
          kinds.push('ready');
          setTimeout(() => resolve(kinds.join()), 4_000);
          void fetch('/api/v2.0/ping');
        });
      }),
  );
  expect(told).toBe('ready');
});
