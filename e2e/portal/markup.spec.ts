import { expect, test } from '@playwright/test';
import { RegistryClient } from '../harness/registry-client.ts';
import { MARKUP, pushImage, scene } from './scene.ts';
import { open, signIn } from './sign-in.ts';

/** Fits where names are short. */
const SHORT = '<svg/onload=window.hacked=1>';

test('markup in any text that people can store is shown as text', async ({ page }) => {
  test.setTimeout(120_000);
  const client = new RegistryClient(scene().url, { user: 'admin', password: scene().adminPassword });
  const send = async (method: string, path: string, body: object): Promise<void> => {
    const headers = { ...client.basic(), 'content-type': 'application/json' };
    const answer = await client.plain(method, `/api/v2.0${path}`, { headers, body: JSON.stringify(body) });
    expect(answer.status, `${method} ${path}: ${answer.body.toString()}`).toBeLessThan(300);
  };
  await send('POST', '/users', {
    ...{ username: 'mallory', email: 'mallory@example.com', password: scene().password, realname: SHORT, comment: SHORT },
  });
  await send('POST', '/projects', { project_name: 'markup', metadata: { public: 'false' } });
  await send('POST', '/projects/markup/members', { role_id: 2, member_user: { username: 'mallory' } });
  await pushImage(client, { repository: 'markup/app', tag: '1', arm: false });
  await send('PUT', '/projects/markup/repositories/app', { description: MARKUP });
  await send('POST', '/usergroups', { group_name: MARKUP });
  await send('POST', '/projects/markup/members', { role_id: 3, member_group: { group_name: MARKUP } });
  const access = [{ resource: 'repository', action: 'pull' }];
  await send('POST', '/roles', { name: SHORT, description: MARKUP, permissions: access });
  await send('POST', '/labels', { name: MARKUP, description: MARKUP, scope: 'g', color: '#000000' });
  await send('POST', '/robots', {
    ...{ name: 'markup', description: MARKUP, level: 'system', permissions: [{ kind: 'project', namespace: 'markup', access }] },
  });
  await send('POST', '/robots', {
    ...{ name: 'markup', description: MARKUP, level: 'project', permissions: [{ kind: 'project', namespace: 'markup', access }] },
  });
  await send('POST', '/projects/markup/immutabletagrules', {
    tag_selectors: [{ kind: 'doublestar', decoration: 'matches', pattern: SHORT }],
    scope_selectors: { repository: [{ kind: 'doublestar', decoration: 'repoMatches', pattern: SHORT }] },
  });
  await send('POST', '/users/current/tokens', { name: SHORT });
  client.close();

  await signIn(page, 'admin');
  const shown: readonly (readonly [string, string])[] = [
    ['/users?filter=mallory', SHORT],
    ['/groups', MARKUP],
    ['/projects/markup/members', MARKUP],
    ['/roles', MARKUP],
    ['/labels', MARKUP],
    ['/robots', MARKUP],
    ['/projects/markup/robots', MARKUP],
    ['/projects/markup/immutable-tags', SHORT],
    ['/projects/markup/repositories/app', MARKUP],
    ['/projects/markup/repositories/app/artifacts/1', MARKUP],
    ['/profile', SHORT],
    [`/explain?user=${encodeURIComponent(SHORT)}&resource=markup&action=repository%3Apull`, 'No user'],
    [`/projects?filter=${encodeURIComponent(SHORT)}`, 'Nothing matches'],
    [`/sign-in?to=${encodeURIComponent(`/projects/${SHORT}`)}`, 'Sign in to Berth'],
  ];
  for (const [path, text] of shown) {
    await test.step(path, async () => {
      await open(page, path);
      await expect(page.getByText(text).first()).toBeVisible();
      expect(await page.evaluate('window.hacked')).toBeUndefined();
      expect(await page.evaluate('document.querySelectorAll("main img[src=x], main svg[onload], main script").length')).toBe(0);
    });
  }
});
