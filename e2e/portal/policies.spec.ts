import { expect, type Page, test } from '@playwright/test';
import { expectStatus, RegistryClient } from '../harness/registry-client.ts';
import { pushImage, scene } from './scene.ts';
import { open, signIn } from './sign-in.ts';

test.beforeEach(({ page }) => signIn(page, 'admin'));

const dialog = (page: Page) => page.getByRole('dialog');

/** A project of its own with three tags. */
async function makeProject(name: string): Promise<void> {
  const client = new RegistryClient(scene().url, { user: 'admin', password: scene().adminPassword });
  const headers = { ...client.basic(), 'content-type': 'application/json' };
  await client.plain('POST', '/api/v2.0/projects', { headers, body: JSON.stringify({ project_name: name }) });
  for (const tag of ['v1', 'v2', 'dev']) await pushImage(client, { repository: `${name}/app`, tag, arm: false });
  client.close();
}

/** A dry run, as a program starts it. */
async function startRetention(project: string): Promise<void> {
  const client = new RegistryClient(scene().url, { user: 'admin', password: scene().adminPassword });
  const headers = { ...client.basic(), 'content-type': 'application/json' };
  const { body } = await client.plain('GET', `/api/v2.0/projects/${project}`, { headers });
  const { metadata } = JSON.parse(body.toString()) as { metadata: { retention_id: string } };
  const started = await client.plain('POST', `/api/v2.0/retentions/${metadata.retention_id}/executions`, {
    headers,
    body: JSON.stringify({ dry_run: true }),
  });
  expectStatus('run of retention', started, 201);
  client.close();
}

test('a rule of immutable tags shows what it matches while it is written, holds, and is turned off and deleted', async ({ page }) => {
  await makeProject('stone');
  await open(page, '/projects/stone/immutable-tags');
  await page.getByRole('button', { name: 'New rule' }).first().click();
  const tags = dialog(page).getByLabel('Tags: Pattern');
  await tags.fill('[v');
  await expect(dialog(page).getByText('A selector cannot be used')).toBeVisible();
  await tags.fill('v*');
  await expect(dialog(page).getByText('2 tags of 3')).toBeVisible();
  await expect(dialog(page).getByText('stone/app:v2')).toBeVisible();
  await dialog(page).getByRole('button', { name: 'Create' }).click();
  const menu = page.getByRole('button', { name: /Actions for Rule for v\*/ });
  await expect(menu).toBeVisible();

  await open(page, '/projects/stone/repositories/app?filter=v1');
  await page.getByRole('checkbox', { name: 'Select v1' }).check();
  await page.getByRole('button', { name: 'Delete 1 tag' }).click();
  await dialog(page).getByRole('button', { name: 'Delete 1 tag' }).click();
  await expect(dialog(page).getByRole('alert')).toContainText('immutable');

  await open(page, '/projects/stone/immutable-tags');
  await menu.click();
  await page.getByRole('menuitem', { name: 'Turn off' }).click();
  await expect(page.getByText('The rule is off.')).toBeVisible();
  await menu.click();
  await page.getByRole('menuitem', { name: 'Delete' }).click();
  await dialog(page).getByRole('button', { name: 'Delete' }).click();
  await expect(page.getByText('No rule yet')).toBeVisible();
});

test('retention: rules show what they would delete, are saved, tried, run, and their reasons read', async ({ page }) => {
  await makeProject('tide');
  await open(page, '/projects/tide/retention');
  await page.getByRole('button', { name: 'Add a rule' }).click();
  await dialog(page).getByLabel('How many in each repository').fill('0');
  await expect(dialog(page).getByText('A whole number from 1 to 15000.')).toBeVisible();
  await expect(dialog(page).getByRole('button', { name: 'Add' })).toBeDisabled();
  await dialog(page).getByLabel('How many in each repository').fill('1');
  await dialog(page).getByRole('button', { name: 'Add' }).click();
  await expect(page.getByText('2 of 3 artifacts would go to the trash.')).toBeVisible();
  await page.getByLabel('When it runs').selectOption('custom');
  await page.getByLabel('Schedule as cron').fill('every day');
  await page.getByRole('button', { name: 'Save the policy' }).click();
  await expect(page.getByRole('alert').filter({ hasText: 'This was not done.' })).toContainText('six fields');
  await page.getByLabel('When it runs').selectOption({ label: 'Every Sunday at 02:00' });
  await page.getByRole('button', { name: 'Save the policy' }).click();
  await expect(page.getByText('The policy was saved.')).toBeVisible();

  await page.getByRole('button', { name: 'Dry run' }).click();
  const runs = page.getByRole('table', { name: 'Runs' });
  await expect(runs.getByText('done')).toBeVisible({ timeout: 30_000 });
  await runs.getByRole('link').first().click();
  await page.getByRole('link', { name: 'app', exact: true }).click();
  const decisions = page.getByRole('table', { name: 'app' });
  await expect(decisions.getByText('No rule keeps it.')).toHaveCount(2);
  await open(page, '/projects/tide/repositories/app');
  await expect(page.getByRole('link', { name: 'v1', exact: true })).toBeVisible();

  await open(page, '/projects/tide/retention');
  await page.getByRole('button', { name: 'Run now' }).click();
  await dialog(page).getByRole('button', { name: 'Run now' }).click();
  await expect(runs.getByText('done')).toHaveCount(2, { timeout: 30_000 });
  // Nothing is under way, so that the page does not ask by itself: what a program starts comes by the stream of events.
  await startRetention('tide');
  await expect(runs.getByText('done')).toHaveCount(3, { timeout: 30_000 });
  await open(page, '/projects/tide/repositories/app');
  await expect(page.getByRole('link', { name: 'dev', exact: true })).toBeVisible();
  await expect(page.getByRole('link', { name: 'v1', exact: true })).toHaveCount(0);
  await open(page, '/projects/tide/activity');
  await expect(page.getByText('tide/app:dev')).toBeVisible();
});

test('a retention rule has conditions of every kind, says at the field what is wrong, and is changed as it was made', async ({ page }) => {
  await makeProject('reef');
  await open(page, '/projects/reef/retention');
  await page.getByRole('button', { name: 'Add a rule' }).click();
  const add = dialog(page).getByRole('button', { name: 'Add', exact: true });
  const first = dialog(page).getByLabel('Tags: Pattern');
  const alone = dialog(page).getByRole('status');
  await dialog(page).getByLabel('How many in each repository').fill('5');
  await expect(alone).toContainText('keeps 3 of the 3 artifacts');
  await first.fill('');
  await expect(first).toHaveAccessibleDescription('This must not be empty.');
  await expect(add).toBeDisabled();
  await dialog(page).getByLabel('Tags: Kind').selectOption('regular expression');
  await first.fill('(v');
  await expect(first).toHaveAccessibleDescription(/no regular expression/);
  await first.fill('(v)\\1');
  await expect(first).toHaveAccessibleDescription(/A selector cannot be used.*back references/);
  await first.fill('v\\d');
  await expect(alone).toContainText('keeps 2 of the 3 artifacts');

  await dialog(page).getByRole('button', { name: 'Tags: Another condition' }).click();
  const second = dialog(page).getByLabel('Tags 2: Pattern');
  await dialog(page).getByLabel('Tags 2: Kind').selectOption('version range');
  await second.fill('newest');
  await expect(second).toHaveAccessibleDescription(/A selector cannot be used/);
  await expect(first).not.toHaveAccessibleDescription(/cannot be used/);
  await second.fill('>=2');
  await expect(alone).toContainText('keeps 1 of the 3 artifacts');

  await dialog(page).getByRole('button', { name: 'Tags: Another condition' }).click();
  await dialog(page).getByLabel('Tags 3: Kind').selectOption('label');
  await dialog(page).getByLabel('Tags 3: Condition').selectOption('that do not match');
  await dialog(page).getByLabel('Tags 3: Pattern').fill('release');
  await expect(alone).toContainText('keeps 1 of the 3 artifacts');
  await dialog(page).getByLabel('Repositories: Pattern').fill('other/**');
  await expect(alone).toContainText('No repository of the project is meant');
  await dialog(page).getByLabel('Repositories: Pattern').fill('a*');
  await add.click();
  await expect(page.getByText('2 of 3 artifacts would go to the trash.')).toBeVisible();
  await page.getByRole('button', { name: 'Save the policy' }).click();
  await expect(page.getByText('The policy was saved.')).toBeVisible();

  await page.reload();
  await page.getByRole('button', { name: 'rule 1: Change the rule' }).click();
  await expect(first).toHaveValue('v\\d');
  await expect(dialog(page).getByLabel('Tags 2: Kind')).toHaveValue('semver');
  await expect(dialog(page).getByLabel('Tags 3: Condition')).toHaveValue('no');
  await dialog(page).getByRole('button', { name: 'Tags 2: Remove the condition' }).click();
  await expect(dialog(page).getByLabel('Tags 2: Pattern')).toHaveValue('release');
  await expect(alone).toContainText('keeps 2 of the 3 artifacts');
  await dialog(page).getByRole('button', { name: 'Apply' }).click();
  await page.getByRole('button', { name: 'Save the policy' }).click();
  await expect(page.getByText('2 of 3 artifacts would go')).toHaveCount(0);
  await expect(page.getByText('1 of 3 artifacts would go to the trash.')).toBeVisible();
});

test('a quota takes numbers above 0 only, and an empty field for no limit', async ({ page }) => {
  await open(page, '/projects/library/quota');
  await page.getByRole('button', { name: 'Quota of library' }).click();
  await dialog(page).getByLabel('Limit in GiB').fill('much');
  await expect(dialog(page).getByRole('button', { name: 'Save' })).toBeDisabled();
  await dialog(page).getByLabel('Limit in GiB').fill('2.5');
  await dialog(page).getByRole('button', { name: 'Save' }).click();
  await expect(page.getByText('2.5 GiB')).toBeVisible();
  await page.getByRole('button', { name: 'Quota of library' }).click();
  await dialog(page).getByLabel('Limit in GiB').fill('');
  await dialog(page).getByRole('button', { name: 'Save' }).click();
  await expect(page.getByText('no limit')).toBeVisible();
});

test('an artifact is downloaded as an archive and uploaded into another project; what is no archive is refused', async ({ page }, info) => {
  await open(page, '/projects/team/repositories/web%2Fapp/artifacts/v1.4.0');
  await page.getByRole('button', { name: 'Actions for v1.4.0' }).click();
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('menuitem', { name: 'Download as an archive' }).click(),
  ]);
  const file = info.outputPath('image.tar');
  await download.saveAs(file);

  await open(page, '/projects/empty/upload');
  const input = page.locator('input[type=file]');
  await expect(page.getByRole('button', { name: 'Upload', exact: true })).toBeDisabled();
  await input.setInputFiles({ name: 'letter.tar', mimeType: 'application/x-tar', buffer: Buffer.from('Dear reader'.repeat(200)) });
  await page.getByRole('button', { name: 'Upload', exact: true }).click();
  await expect(page.getByRole('alert')).toContainText('This was not done.');
  await page.getByLabel('Repository').fill('Not A Name');
  await input.setInputFiles(file);
  await page.getByRole('button', { name: 'Upload', exact: true }).click();
  await expect(page.getByRole('alert')).toContainText('This was not done.');
  await page.getByLabel('Repository').fill('by-hand');
  await page.getByRole('button', { name: 'Upload', exact: true }).click();
  await expect(page.getByText('1 image is here.')).toBeVisible();
  await page.getByRole('link', { name: 'empty/by-hand:v1.4.0' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'v1.4.0' })).toBeVisible();
  const client = new RegistryClient(scene().url, { user: 'admin', password: scene().adminPassword });
  await client.ask('DELETE', '/v2/empty/by-hand/manifests/v1.4.0');
  client.close();
});
