import { expect, test } from '@playwright/test';
import { expectStatus, RegistryClient } from '../harness/registry-client.ts';
import { expectAccessible } from './checks.ts';
import { scene } from './scene.ts';
import { open, signIn } from './sign-in.ts';

test('a dry run tells what it would free and opens with its log; a digest that is nowhere is said so', async ({ page }) => {
  await signIn(page, 'admin');
  await open(page, '/storage');
  await page.getByRole('button', { name: 'Dry run' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toContainText('Collection');
  await expect(page.getByText('Would free')).toBeVisible();
  await open(page, '/storage');
  await page.getByLabel('Digest').fill(`sha256:${'0'.repeat(64)}`);
  await page.getByRole('button', { name: 'Ask' }).click();
  await expect(page.getByText('Nothing with this digest is stored here')).toBeVisible();
  await page.getByLabel('Digest').fill('no digest');
  await page.getByRole('button', { name: 'Ask' }).click();
  await expect(page.getByRole('alert')).toContainText('This was not done.');
});

test('a collection that a program starts appears where the list is open, and is followed to its end', async ({ page }) => {
  await signIn(page, 'admin');
  let lists = 0;
  page.on('response', (response) => {
    if (/\/system\/gc(\?|$)/.test(response.url())) lists += 1;
  });
  const watched = page.waitForResponse((response) => response.url().includes('/events?topic=collection'));
  await open(page, '/storage');
  expect((await watched).status()).toBe(200);
  await page.getByRole('button', { name: 'Run now' }).waitFor();
  // The page looks once more when the stream begins: what comes later it must be told.
  await expect.poll(() => lists).toBeGreaterThan(1);
  const client = new RegistryClient(scene().url, { user: 'admin', password: scene().adminPassword });
  const started = await client.plain('POST', '/api/v2.0/system/gc/schedule', {
    headers: { ...client.basic(), 'content-type': 'application/json' },
    body: JSON.stringify({ schedule: { type: 'Manual' }, parameters: { dry_run: true } }),
  });
  expectStatus('run of collection', started, 201);
  client.close();
  const id = String(started.headers.location).split('/').at(-1);
  // Nothing is under way, so that the page does not ask by itself: it was told by the stream of events.
  const run = page.getByRole('row').filter({ has: page.locator(`a[href$="/storage/runs/${id}"]`) });
  await expect(run.getByText('done')).toBeVisible({ timeout: 30_000 });
});

test('a collection is followed by asking again, where there is no stream of events', async ({ page }) => {
  await signIn(page, 'admin');
  await page.route('**/api/v2.0/events*', (route) => route.abort());
  await open(page, '/storage');
  await page.getByRole('button', { name: 'Dry run' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toContainText('Collection');
  await expect(page.getByText('done', { exact: true })).toBeVisible({ timeout: 30_000 });
});

for (const way of ['by the stream of events', 'by asking again, where there is no stream'] as const) {
  test(`a check of the storage is started and followed to its end ${way}, and can run again`, async ({ page }) => {
    await signIn(page, 'admin');
    await open(page, '/storage');
    if (way !== 'by the stream of events') await page.route('**/api/v2.0/events*', (route) => route.abort());
    const watched = page.waitForRequest((request) => request.url().includes('/events?topic=work'));
    await page.getByRole('button', { name: 'Compare database and storage' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Start' }).click();
    await expect(page).toHaveURL(/\/jobs\/runs\/\d+$/);
    await watched;
    await expect(page.getByRole('button', { name: 'Run again' })).toBeVisible({ timeout: 60_000 });
    await expectAccessible(page);
  });
}

test('the dashboard tells whether each part works, and administrators what runs now', async ({ page }) => {
  await signIn(page, 'admin');
  await expect(page.getByRole('listitem').filter({ hasText: 'Database works' })).toBeVisible();
  await expect(page.getByRole('heading', { name: 'Running now' })).toBeVisible();
  await signIn(page, 'linus');
  await expect(page.getByRole('listitem').filter({ hasText: /^Storage works$/ })).toBeVisible();
  await expect(page.getByRole('heading', { name: 'Running now' })).toHaveCount(0);
});

test('the tiles of the dashboard lead to what tells more, by the mouse anywhere on them and by the keyboard', async ({ page }) => {
  await signIn(page, 'admin');
  await page
    .locator('dl > div')
    .filter({ hasText: 'Free on the storage' })
    .click({ position: { x: 5, y: 60 } });
  await expect(page).toHaveURL(/\/storage$/);
  await page.goBack();
  const projects = page.getByRole('main').getByRole('link', { name: 'Projects', exact: true });
  await projects.focus();
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/\/projects$/);
});

test('work under way stands on the dashboard with how far it is', async ({ page }) => {
  const run = { id: 7, kind: 'storage-scrub', trigger: 'Manual', parameters: {}, actor: 'admin', status: 'Running', phase: 'reading' };
  const time = new Date().toISOString();
  const items = [
    { ...run, done: 3, total: 12, bytes: 0, result: {}, stop_wanted: false, creation_time: time, start_time: time, update_time: time },
  ];
  await page.route('**/api/v2.0/jobs/runs?*', (route) => route.fulfill({ json: items, headers: { 'x-total-count': '1' } }));
  await signIn(page, 'admin');
  await expect(page.getByRole('link', { name: 'Read and hash every layer' })).toHaveAttribute('href', '/jobs/runs/7');
  await expect(page.getByRole('progressbar', { name: 'reading' })).toHaveAttribute('aria-valuenow', '25');
});

test('bad settings are told at their field and not sent; good ones are kept', async ({ page }) => {
  await signIn(page, 'admin');
  await open(page, '/settings');
  const minutes = page.getByLabel('Minutes until a session ends that does nothing');
  await minutes.fill('0');
  await expect(page.getByText('This cannot be used:')).toBeVisible();
  await expect(page.locator('form').filter({ has: minutes }).getByRole('button', { name: 'Save' })).toBeDisabled();
  await minutes.fill('61');
  await page.locator('form').filter({ has: minutes }).getByRole('button', { name: 'Save' }).click();
  await expect(page.getByText('Saved.')).toBeVisible();
  await open(page, '/settings');
  await expect(minutes).toHaveValue('61');
});

test('the filters of the audit log stand in the address; its chain is whole', async ({ page }) => {
  await signIn(page, 'admin');
  await open(page, '/audit?action=create');
  await page.getByLabel('A part of the user name').fill('nobody-at-all');
  await expect(page).toHaveURL(/who=nobody-at-all/);
  await expect(page.getByText('Nothing matches the filter.')).toBeVisible();
  await page.getByRole('button', { name: 'Clear the filter' }).last().click();
  await expect(page).toHaveURL(/\/audit$/);
  await page.getByRole('button', { name: 'Check the chain' }).click();
  await expect(page.getByText('The log is whole.')).toBeVisible();
});

test('who is no administrator is refused', async ({ page }) => {
  await signIn(page, 'olga');
  for (const path of ['/storage', '/jobs', '/settings']) {
    await open(page, path);
    await expect(page.getByRole('alert').first()).toContainText('You may not see this.');
  }
});
