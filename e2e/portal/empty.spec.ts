import { expect, test } from '@playwright/test';
import { run } from '../harness/processes.ts';
import { RegistryClient } from '../harness/registry-client.ts';
import { type OwnProject, ownProject } from './own-project.ts';
import { scene } from './scene.ts';
import { open, signIn } from './sign-in.ts';

let client: RegistryClient;
let project: OwnProject;

test.beforeAll(async () => {
  client = new RegistryClient(scene().url, { user: 'admin', password: scene().adminPassword });
  project = await ownProject(client, 'bare');
});
test.afterAll(async () => {
  await project.remove();
  client.close();
});

interface Empty {
  readonly tab: string;
  readonly title: string;
  readonly action: string;
}

/** What can be made by the command that stands there. */
const BY_COMMAND: readonly Empty[] = [
  { tab: 'labels', title: 'No label yet', action: 'New label' },
  { tab: 'robots', title: 'No robot yet', action: 'New robot' },
  { tab: 'immutable-tags', title: 'No rule yet', action: 'New rule' },
];

test('where there is nothing stand one sentence, one action, and a command that does the same as it is', async ({ page }) => {
  await signIn(page, 'admin');
  for (const { tab, title, action } of BY_COMMAND) {
    await open(page, `/projects/${project.name}/${tab}`);
    await expect(page.getByRole('heading', { name: title })).toBeVisible();
    await expect(page.getByRole('main').getByRole('button', { name: action })).toBeVisible();
    const command = await page.locator('main pre').innerText();
    // curl would ask for the password.
    const whole = command.replace('curl -u admin', `curl -sS --fail-with-body -u 'admin:${scene().adminPassword}'`);
    expect(whole).not.toBe(command);
    await run('sh', ['-c', whole]);
    await open(page, `/projects/${project.name}/${tab}`);
    await expect(page.getByRole('main').getByRole('table')).toBeVisible();
    await expect(page.getByRole('heading', { name: title })).toHaveCount(0);
  }
});

test('who may do nothing about it is told so, without a button or a command', async ({ page }) => {
  await project.addMember('linus', 3);
  await signIn(page, 'linus');
  await open(page, `/projects/${project.name}`);
  await expect(page.getByText('Members who may push fill it.')).toBeVisible();
  await expect(page.locator('main pre')).toHaveCount(0);
  await expect(page.getByRole('link', { name: 'Upload an archive' })).toHaveCount(0);
});
