import { expect, test } from '@playwright/test';
import { expectStatus, RegistryClient } from '../harness/registry-client.ts';
import { ownProject } from './own-project.ts';
import { pushImage, scene } from './scene.ts';
import { open, signIn } from './sign-in.ts';

test.beforeEach(async ({ page }) => {
  await page.addInitScript({ content: "localStorage.setItem('berth-language', 'zh')" });
  await signIn(page, 'admin');
});

test('reasons and the audit log are told in Chinese', async ({ page }) => {
  await open(page, '/explain?user=grace&resource=team%2Fweb%2Fapp&action=repository%3Apush');
  await expect(page.getByText('角色“开发者”包含此权限。')).toBeVisible();
  await open(page, '/explain?user=olga&resource=team&action=project%3Aread');
  await expect(page.getByText('该账户的角色都不包含此权限。')).toBeVisible();
  await open(page, '/audit?action=create&result=done&on=robots');
  await expect(page.getByText('创建 · 机器人账户', { exact: true }).first()).toBeVisible();
  await open(page, '/projects/team/activity');
  await expect(page.getByText('创建 · 制品', { exact: true }).first()).toBeVisible();
});

test('the dashboard names a project that nears its quota', async ({ page }) => {
  const { url, adminPassword } = scene();
  const client = new RegistryClient(url, { user: 'admin', password: adminPassword });
  const headers = { ...client.basic(), 'content-type': 'application/json' };
  const project = await ownProject(client, 'full');
  await pushImage(client, { repository: `${project.name}/app`, tag: 'v1', arm: false });
  const asked = await client.plain('GET', `/api/v2.0/projects/${project.name}`, { headers });
  const { project_id: id } = JSON.parse(asked.body.toString()) as { project_id: number };
  const read = await client.plain('GET', `/api/v2.0/quotas/${id}`, { headers });
  const { used } = JSON.parse(read.body.toString()) as { used: { storage: number } };
  const body = JSON.stringify({ hard: { storage: Math.ceil(used.storage / 0.9) + 1 } });
  expectStatus('a narrow quota', await client.plain('PUT', `/api/v2.0/quotas/${id}`, { headers, body }), 200);
  await open(page, '/');
  await expect(page.getByRole('alert')).toContainText(`项目 ${project.name} 已使用配额的 89 %。`);
  await page.getByRole('alert').getByRole('link', { name: '配额' }).click();
  await expect(page).toHaveURL(/\/quotas$/);
  await project.remove('app');
  client.close();
});

test('refusals are told in Chinese, with the server’s own words at hand', async ({ page }) => {
  await open(page, '/projects');
  await page.locator('main button.mantine-Button-root').first().click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('textbox').first().fill('team');
  await dialog.locator('button[type=submit]').click();
  const refusal = dialog.getByRole('alert');
  await expect(refusal).toContainText('已有此名称的项目。未做任何更改；请换一个名称。');
  await expect(refusal).toContainText('请求编号');
  const words = refusal.getByText('A project with this name exists already.');
  await expect(words).toBeHidden();
  await refusal.getByText('服务器的原文').click();
  await expect(words).toBeVisible();
});

test('what a field may not be is told in Chinese', async ({ page }) => {
  await open(page, '/settings');
  await page.getByLabel('会话空闲多少分钟后结束').fill('0');
  await expect(page.getByText('无法使用：不能小于 1。')).toBeVisible();
  await open(page, '/projects/team/immutable-tags');
  await page.locator('main button.mantine-Button-root').first().click();
  await page.getByRole('dialog').locator('input[maxlength="255"]').last().fill('{v');
  await expect(page.getByText('选择器无法使用：模式中的 { 缺少对应的 }。未做任何更改。')).toBeVisible();
});

test('a name that no certificate can hold is refused in Chinese', async ({ page }) => {
  await open(page, '/certificates');
  await page.locator('main button.mantine-Button-root').first().click();
  const dialog = page.getByRole('dialog');
  await dialog.locator('textarea').fill('hub.example.com:8443');
  await dialog.locator('button[type=submit]').click();
  await expect(dialog.getByText('请写 hub.example.com。未签发任何证书。')).toBeVisible();
});
