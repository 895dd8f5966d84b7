import { expect, type Page, test } from '@playwright/test';
import { open, signIn } from './sign-in.ts';

test.beforeEach(({ page }) => signIn(page, 'admin'));

const dialog = (page: Page) => page.getByRole('dialog');
const refused = (page: Page) => expect(dialog(page).getByRole('alert')).toContainText('This was not done.');

async function choose(page: Page, row: string, item: string): Promise<void> {
  await page.getByRole('button', { name: `Actions for ${row}` }).click();
  await page.getByRole('menuitem', { name: item, exact: true }).click();
}

test('a group is made, filled, renamed, emptied and deleted; a name in use and an unknown user are refused', async ({ page }) => {
  await open(page, '/groups');
  await page.getByRole('button', { name: 'New group' }).click();
  await dialog(page).getByLabel('Name').fill('web TEAM');
  await dialog(page).getByRole('button', { name: 'Create' }).click();
  await refused(page);
  await dialog(page).getByLabel('Name').fill('Crane drivers');
  await dialog(page).getByRole('button', { name: 'Create' }).click();
  await page.getByRole('link', { name: 'Crane drivers' }).click();
  await expect(page.getByText('Nobody is in this group')).toBeVisible();
  await page.getByRole('button', { name: 'Add a user' }).first().click();
  await dialog(page).getByRole('combobox', { name: 'User name' }).fill('nobody-here');
  await dialog(page).getByRole('button', { name: 'Add' }).click();
  await refused(page);
  await dialog(page).getByRole('combobox', { name: 'User name' }).fill('pi');
  await page.getByRole('option', { name: 'pia' }).click();
  await dialog(page).getByRole('button', { name: 'Add' }).click();
  await expect(page.getByRole('cell', { name: 'pia', exact: true })).toBeVisible();
  await choose(page, 'Crane drivers', 'Rename');
  await dialog(page).getByLabel('Name').fill('Pilots');
  await dialog(page).getByRole('button', { name: 'Save' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Pilots' })).toBeVisible();
  await page.getByRole('button', { name: 'Take pia out of the group?' }).click();
  await dialog(page).getByRole('button', { name: 'Take out of the group' }).click();
  await expect(page.getByText('Nobody is in this group')).toBeVisible();
  await choose(page, 'Pilots', 'Delete the group');
  await dialog(page).getByLabel('Type Pilots to confirm').fill('Pilots');
  await dialog(page).getByRole('button', { name: 'Delete', exact: true }).click();
  await expect(page).toHaveURL(/\/groups$/);
  await expect(page.getByRole('link', { name: 'Pilots' })).toHaveCount(0);
});

test('a role is made and changed; one that somebody holds is not deleted, one that nobody holds is', async ({ page }) => {
  await open(page, '/roles');
  await page.getByRole('button', { name: 'New role' }).click();
  await dialog(page).getByLabel('Name').fill('Auditor');
  await expect(dialog(page).getByRole('button', { name: 'Create' })).toBeDisabled();
  await dialog(page).getByRole('group', { name: 'Activity', exact: true }).getByLabel('list').check();
  await dialog(page).getByRole('button', { name: 'Create' }).click();
  const row = page.getByRole('table', { name: 'Made here' }).getByRole('row').filter({ hasText: 'Auditor' });
  await expect(row).toContainText('1 permission');
  await choose(page, 'Auditor', 'Change');
  await dialog(page).getByRole('group', { name: 'Members', exact: true }).getByLabel('list').check();
  await dialog(page).getByRole('button', { name: 'Save' }).click();
  await expect(row).toContainText('2 permissions');
  await choose(page, 'Release manager', 'Delete');
  await dialog(page).getByRole('button', { name: 'Delete', exact: true }).click();
  await refused(page);
  await dialog(page).getByRole('button', { name: 'Cancel' }).click();
  await choose(page, 'Auditor', 'Delete');
  await dialog(page).getByRole('button', { name: 'Delete', exact: true }).click();
  await expect(page.getByText('Role Auditor was deleted.')).toBeVisible();
  await expect(row).toHaveCount(0);
});

test('a member gets a role of some repositories only, which the reason tells', async ({ page }) => {
  await open(page, '/projects/team/members');
  await page.getByRole('button', { name: 'Add a member' }).click();
  await dialog(page).getByRole('combobox', { name: 'User name' }).fill('olga');
  await dialog(page).getByLabel('Role').selectOption({ label: 'Release manager' });
  await dialog(page).getByLabel('Only for repositories that match').fill('[worker');
  await dialog(page).getByRole('button', { name: 'Add' }).click();
  await refused(page);
  await dialog(page).getByLabel('Only for repositories that match').fill('worker\n');
  await dialog(page).getByRole('button', { name: 'Add' }).click();
  const row = page.getByRole('row').filter({ hasText: 'olga' });
  await expect(row).toContainText('team/worker');

  await open(page, '/explain');
  await expect(page.getByRole('button', { name: 'Ask' })).toBeDisabled();
  await page.getByRole('combobox', { name: 'User or robot' }).fill('olga');
  await page.getByLabel('Where').fill('team/worker');
  await page.getByLabel('What').selectOption('repository:pull');
  await page.getByRole('button', { name: 'Ask' }).click();
  await expect(page.getByText('Answer: Yes')).toBeVisible();
  await expect(page.getByText('held for team/worker')).toBeVisible();
  await page.getByLabel('Where').fill('team/web/app');
  await page.getByRole('button', { name: 'Ask' }).click();
  await expect(page.getByText('Answer: No')).toBeVisible();
  await page.getByRole('combobox', { name: 'User or robot' }).fill('nobody-here');
  await page.getByRole('button', { name: 'Ask' }).click();
  await expect(page.getByRole('alert')).toContainText('No user and no living robot account has this name.');

  await open(page, '/projects/team/members?filter=olga');
  await page.getByRole('button', { name: 'Remove olga?' }).click();
  await dialog(page).getByRole('button', { name: 'Remove', exact: true }).click();
  await expect(page.getByText('olga was removed.')).toBeVisible();
});

test('a robot of the system is made for some projects, told its secret once, changed, disabled and deleted', async ({ page }) => {
  await open(page, '/robots');
  await page.getByRole('button', { name: 'New robot' }).click();
  await dialog(page).getByLabel('Name', { exact: true }).fill('ferry');
  await expect(dialog(page).getByRole('button', { name: 'Create' })).toBeDisabled();
  await dialog(page).getByLabel('Names of projects, one a line').fill('no-such-project');
  await dialog(page).getByRole('button', { name: 'Create' }).click();
  await refused(page);
  await dialog(page).getByLabel('Names of projects, one a line').fill('team, library');
  await dialog(page).getByRole('group', { name: 'Repositories', exact: true }).getByLabel('push').check();
  await dialog(page).getByRole('button', { name: 'Create' }).click();
  await expect(dialog(page).filter({ hasText: 'It is shown this once.' })).toBeVisible();
  await page.getByRole('button', { name: 'I have kept it' }).click();
  const row = page.getByRole('row').filter({ hasText: 'robot$ferry' });
  await expect(row).toContainText('library: 2 rights');
  await expect(row).toContainText('team: 2 rights');
  await choose(page, 'robot$ferry', 'Change');
  await dialog(page).getByLabel('In every project, those of tomorrow too').check();
  await dialog(page).getByRole('button', { name: 'Save' }).click();
  await expect(row).toContainText('every project: 2 rights');
  await choose(page, 'robot$ferry', 'Disable');
  await expect(row).toContainText('disabled');
  await choose(page, 'robot$ferry', 'New secret');
  await dialog(page).getByRole('button', { name: 'New secret' }).click();
  await page.getByRole('button', { name: 'I have kept it' }).click();
  await choose(page, 'robot$ferry', 'Delete');
  await dialog(page).getByRole('button', { name: 'Delete', exact: true }).click();
  await expect(row).toHaveCount(0);
});

test('a robot of a project is made, given other rights one by one, and keeps its expiry and its secret', async ({ page }) => {
  await open(page, '/projects/team/robots');
  await page.getByRole('button', { name: 'New robot' }).first().click();
  await dialog(page).getByLabel('Name', { exact: true }).fill('crane');
  await dialog(page).getByLabel('Valid for').selectOption('90');
  await dialog(page).getByRole('button', { name: 'Create' }).click();
  const secret = await dialog(page).locator('pre').first().innerText();
  await page.getByRole('button', { name: 'I have kept it' }).click();
  const row = page.getByRole('row').filter({ hasText: 'robot$team+crane' });
  await expect(row).toContainText('Pull only');
  const expiry = async (): Promise<unknown> => {
    const ask = async (path: string): Promise<unknown> => (await page.request.get(new URL(`/api/v2.0${path}`, page.url()).href)).json();
    const { project_id: id } = (await ask('/projects/team')) as { project_id: number };
    const robots = (await ask(`/robots?q=Level=project,ProjectID=${id}`)) as { name: string; expires_at: number }[];
    return robots.find(({ name }) => name === 'robot$team+crane')?.expires_at;
  };
  const before = await expiry();
  expect(before).toBeGreaterThan(Date.now() / 1000);
  await choose(page, 'robot$team+crane', 'Change');
  await expect(dialog(page).getByLabel('May', { exact: true })).toHaveValue('pull');
  await dialog(page).getByLabel('May', { exact: true }).selectOption({ label: 'Chosen rights' });
  await dialog(page).getByRole('group', { name: 'Repositories', exact: true }).getByLabel('pull').uncheck();
  await expect(dialog(page).getByRole('button', { name: 'Save' })).toBeDisabled();
  await dialog(page).getByRole('group', { name: 'Tags', exact: true }).getByLabel('list').check();
  await dialog(page).getByRole('button', { name: 'Save' }).click();
  await expect(row).toContainText('1 right');
  expect(await expiry()).toBe(before);
  const address = new URL('/api/v2.0/projects/team/repositories/web%252Fapp/artifacts/v1.5.0/tags', page.url());
  const tags = await fetch(address, {
    headers: { authorization: `Basic ${Buffer.from(`robot$team+crane:${secret}`).toString('base64')}` },
  });
  expect(tags.status).toBe(200);
  await choose(page, 'robot$team+crane', 'Change');
  await expect(dialog(page).getByLabel('May', { exact: true })).toHaveValue('chosen');
  await dialog(page).getByLabel('May', { exact: true }).selectOption({ label: 'Pull and push' });
  await dialog(page).getByRole('button', { name: 'Save' }).click();
  await expect(row).toContainText('Pull and push');
});

test('a label is made, put on an artifact, filtered by, taken off and deleted; a name in use is refused', async ({ page }) => {
  await open(page, '/projects/team/labels');
  await page.getByRole('button', { name: 'New label' }).click();
  await dialog(page).getByLabel('Name').fill('do not use');
  await dialog(page).getByRole('button', { name: 'Create' }).click();
  await refused(page);
  await dialog(page).getByLabel('Name').fill('tested');
  await dialog(page).getByLabel('Colour').fill('#0ca678');
  await dialog(page).getByRole('button', { name: 'Create' }).click();
  await expect(page.getByRole('cell', { name: 'tested', exact: true })).toBeVisible();
  const repository = '/projects/team/repositories/web%2Fapp';
  await open(page, `${repository}/artifacts/v1.5.0`);
  await page.getByRole('button', { name: 'Add a label' }).click();
  await page.getByRole('menuitem', { name: 'tested' }).click();
  await expect(page.getByRole('button', { name: 'Take the label tested off' })).toBeVisible();
  await open(page, `${repository}/digests`);
  await page.getByLabel('Label', { exact: true }).selectOption({ label: 'tested' });
  await expect(page).toHaveURL(/label=\d+/);
  await expect(page.locator('tbody tr')).toHaveCount(1);
  await expect(page.locator('tbody tr')).toContainText('v1.5.0');
  await open(page, `${repository}/artifacts/v1.5.0`);
  await page.getByRole('button', { name: 'Take the label tested off' }).click();
  await expect(page.getByRole('button', { name: 'Take the label tested off' })).toHaveCount(0);
  await open(page, '/projects/team/labels');
  await choose(page, 'tested', 'Delete');
  await dialog(page).getByRole('button', { name: 'Delete', exact: true }).click();
  await expect(page.getByText('Label tested was deleted.')).toBeVisible();
});
