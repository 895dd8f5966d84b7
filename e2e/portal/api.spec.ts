import { expect, test } from '@playwright/test';
import { run } from '../harness/processes.ts';
import { watch } from './checks.ts';
import { scene } from './scene.ts';
import { open, signIn } from './sign-in.ts';

test('an operation is found by words, and its command runs as it is shown', async ({ page }) => {
  const { troubles } = watch(page);
  await signIn(page, 'ada');
  await page.getByRole('link', { name: 'API', exact: true }).click();
  await page.getByLabel('Filter by path or words').fill('list artifacts repository');
  await expect(page).toHaveURL(/filter=list/);
  const operation = page
    .locator('details')
    .filter({ hasText: '/projects/{project_name}/repositories/{repository_name}/artifacts' })
    .first();
  await operation.locator('summary').focus();
  await page.keyboard.press('Enter');
  await operation.getByLabel('project_name').fill('team');
  await operation.getByLabel('repository_name').fill('web/app');
  await operation.getByLabel('page_size').fill('2');
  const command = await operation.locator('pre').first().innerText();
  expect(command).toContain(scene().url);
  // It asks for the password, which nobody types here.
  const { stdout } = await run('sh', ['-c', command.replace('-u ada', `-s -u ada:${scene().password}`)]);
  expect(JSON.parse(stdout)).toHaveLength(2);
  await page.getByLabel('Filter by path or words').fill('nothing has these words');
  await expect(page.getByText('Nothing matches the filter.')).toBeVisible();
  expect(troubles).toEqual([]);
});

test('its address is a page of its own', async ({ page }) => {
  await signIn(page, 'ada');
  await open(page, '/api-reference?filter=deletetag');
  await expect(page.locator('details').first()).toContainText('DELETE');
});
