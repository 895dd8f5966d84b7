import { useTestDatabase } from '@berth/database/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { apiCalls, codeOf, idFrom } from '../../testing/api-calls.ts';
import type { Answer } from '../../testing/ask.ts';
import { IdentityTestServer } from '../../testing/identity-test-server.ts';

const database = useTestDatabase();
const server = new IdentityTestServer();
const { asAdmin } = apiCalls(server);
const INDEX = 'application/vnd.oci.image.index.v1+json';
const RULES = '/projects/team/immutabletagrules';

beforeAll(async () => {
  await server.start(database.url);
  const admin = await server.addUser('admin', true);
  await server.addMembers(await server.addProject('team', admin));
  await server.addProject('other', admin);
});
afterAll(() => server.stop());

function push(path: string, content: string): Promise<Answer> {
  const body = JSON.stringify({ schemaVersion: 2, mediaType: INDEX, manifests: [], annotations: { content } });
  const [repository, tag] = path.split(':');
  return server.ask('PUT', `/v2/${repository}/manifests/${tag}`, { as: 'admin', body, headers: { 'content-type': INDEX } });
}

const matching = (pattern: string, repository = '**', more: object = {}): object => ({
  tag_selectors: [{ kind: 'doublestar', decoration: 'matches', pattern, ...more }],
  scope_selectors: { repository: [{ kind: 'doublestar', decoration: 'repoMatches', pattern: repository }] },
});

it('keeps tags that a rule matches from moving and going, in words, and nothing else', async () => {
  for (const path of ['team/app:v1', 'team/app:latest', 'team/tool/x:v1', 'other/app:v1'])
    expect((await push(path, 'one')).status).toBe(201);
  const id = idFrom(await asAdmin('POST', RULES, matching('v*', 'app')));
  const moved = await push('team/app:v1', 'two');
  expect([moved.status, moved.text]).toEqual([412, expect.stringContaining('team/app:v1 is immutable')]);
  const [digest] =
    (await server.ask('HEAD', '/v2/team/app/manifests/v1', { as: 'admin' })).headers['docker-content-digest']?.toString().split(',') ?? [];
  expect((await push('team/app:v1', 'one')).status).toBe(201);
  expect((await push('team/app:v2', 'two')).status).toBe(201);
  for (const path of ['team/app:latest', 'team/tool/x:v1', 'other/app:v1']) expect((await push(path, 'two')).status).toBe(201);
  expect((await server.ask('DELETE', '/v2/team/app/manifests/v1', { as: 'admin' })).status).toBe(412);
  expect((await server.ask('DELETE', `/v2/team/app/manifests/${digest}`, { as: 'admin' })).status).toBe(412);
  const artifact = await asAdmin('DELETE', `/projects/team/repositories/app/artifacts/${digest}`);
  expect([artifact.status, codeOf(artifact)]).toEqual([412, 'PRECONDITION']);
  expect((await asAdmin('DELETE', '/projects/team/repositories/app/artifacts/v1/tags/v1')).status).toBe(412);
  expect((await asAdmin('DELETE', '/projects/team/repositories/app')).status).toBe(412);
  expect((await server.ask('GET', '/v2/team/app/manifests/v1', { as: 'guest' })).status).toBe(200);
  expect((await asAdmin('PUT', `${RULES}/${id}`, { ...matching('v*', 'app'), disabled: true })).status).toBe(200);
  expect((await push('team/app:v1', 'two')).status).toBe(201);
  expect((await asAdmin('DELETE', `${RULES}/${id}`)).status).toBe(200);
  expect((await asAdmin('DELETE', '/projects/team/repositories/app')).status).toBe(200);
});

it('shows beforehand what a rule would keep, and changes nothing', async () => {
  for (const path of ['team/app:v1', 'team/app:v2', 'team/tool/x:v1', 'other/app:v1']) expect((await push(path, 'shown')).status).toBe(201);
  const preview = await asAdmin('POST', `${RULES}/preview`, matching('v*', 'app'));
  expect([preview.status, preview.json()]).toEqual([
    200,
    {
      looked: 3,
      truncated: false,
      matched: 2,
      tags: [
        { repository: 'team/app', tag: 'v1' },
        { repository: 'team/app', tag: 'v2' },
      ],
    },
  ]);
  expect((await asAdmin('POST', `${RULES}/preview`, matching('[a', 'app'))).status).toBe(400);
  expect((await asAdmin('GET', RULES)).json()).toEqual([]);
  const log = (await asAdmin('GET', '/projects/team/auditlog-exts')).text;
  expect([log.includes('team/app:v1'), log.includes('preview')]).toEqual([true, false]);
  expect((await push('team/app:v1', 'moved')).status).toBe(201);
});

it('takes excludes, regex and versions, once each, and refuses what cannot be read', async () => {
  const rules = [
    matching('dev-*', '**', { decoration: 'excludes' }),
    matching('r[0-9]+', 'nowhere', { kind: 'regex' }),
    matching('>=1.2 <2', 'nowhere', { kind: 'semver' }),
  ];
  for (const rule of rules) idFrom(await asAdmin('POST', RULES, rule));
  expect((await asAdmin('POST', RULES, rules[0])).status).toBe(409);
  await push('team/lib:dev-1', 'one');
  await push('team/lib:r1', 'one');
  expect((await push('team/lib:dev-1', 'two')).status).toBe(201);
  expect((await push('team/lib:r1', 'two')).status).toBe(412);
  const list = (await asAdmin('GET', RULES)).json<object[]>();
  expect(list[0]).toMatchObject({ disabled: false, action: 'immutable', template: 'immutable_template', ...rules[0] });
  for (const bad of [
    {},
    { tag_selectors: [] },
    matching('(a+)\\1', '**', { kind: 'regex' }),
    matching('[', '**'),
    matching('{a', '**'),
    matching('not a version', '**', { kind: 'semver' }),
    matching('v', '**', { kind: 'magic' }),
    matching('v', '**', { decoration: 'perhaps' }),
    matching('x'.repeat(300)),
  ])
    expect((await asAdmin('POST', RULES, bad)).status, JSON.stringify(bad)).toBe(400);
  const { id } = list[0] as { id: number };
  expect((await asAdmin('DELETE', `/projects/other/immutabletagrules/${id}`)).status).toBe(404);
  expect(server.failures).toEqual([]);
});
