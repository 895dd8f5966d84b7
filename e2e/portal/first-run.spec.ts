import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { Berth } from '../harness/berth.ts';
import { RegistryClient } from '../harness/registry-client.ts';
import { expectAccessible } from './checks.ts';
import { PEOPLE_PASSWORD, pushImage } from './scene.ts';

let berth: Berth;

test.beforeAll(async () => {
  berth = await Berth.start({ env: { BERTH_ADMIN_PASSWORD: undefined, BERTH_LOG_LEVEL: 'warn' } });
});
test.afterAll(() => berth.dispose());

test('the first administrator sets a password, sees the address checked, and watches the first push arrive', async ({ page }) => {
  const generated = readFileSync(join(berth.dataFolder, 'initial-admin-password'), 'utf8').trim();
  await page.goto(`${berth.url}/sign-in`);
  await page.getByLabel('User name').fill('admin');
  await page.locator('input[name=password]').fill(generated);
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { name: 'A password of your own' })).toBeVisible();
  await expectAccessible(page);

  // No other page before that.
  await page.goto(`${berth.url}/projects`);
  await expect(page.getByRole('heading', { name: 'A password of your own' })).toBeVisible();

  await page.locator('input[name=old]').fill(generated);
  await page.locator('input[name=new]').fill('short');
  await page.locator('input[name=repeat]').fill('shorter');
  await expect(page.getByText('The two are not the same.')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Set the password' })).toBeDisabled();
  await page.locator('input[name=repeat]').fill('short');
  await page.getByRole('button', { name: 'Set the password' }).click();
  await expect(page.getByRole('alert')).toContainText('This was not done.');
  await page.locator('input[name=new]').fill(PEOPLE_PASSWORD);
  await page.locator('input[name=repeat]').fill(PEOPLE_PASSWORD);
  await page.getByRole('button', { name: 'Set the password' }).click();

  await expect(page.getByRole('heading', { name: 'The address of this registry' })).toBeVisible();
  await expect(page.getByText('/v2/ answers as a registry does.')).toBeVisible();
  await expect(page.getByText('Plain HTTP, and only for this machine')).toBeVisible();
  await expectAccessible(page);
  await page.getByRole('button', { name: 'Next' }).click();

  await page.getByLabel('Name of the project').fill('Not A Name');
  await page.getByRole('button', { name: 'Make the project' }).click();
  await expect(page.getByRole('alert')).toContainText('This was not done.');
  await page.getByLabel('Name of the project').fill('first');
  await page.getByRole('button', { name: 'Make the project' }).click();
  await expect(page.getByText(`docker push ${berth.host}/first/busybox:1`)).toBeVisible();
  await expect(page.getByText('Waiting for the first image in first')).toBeVisible();
  await expectAccessible(page);
  const client = new RegistryClient(berth.url, { user: 'admin', password: PEOPLE_PASSWORD });
  await pushImage(client, { repository: 'first/busybox', tag: '1', arm: false });
  client.close();
  await expect(page.getByText('first/busybox has arrived.')).toBeVisible();
  await page.getByRole('link', { name: 'Look at it' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'busybox' })).toBeVisible();
  await page.goto(`${berth.url}/`);
  await expect(page.getByRole('heading', { level: 1, name: 'Dashboard' })).toBeVisible();
});
