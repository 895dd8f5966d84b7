import { PROJECT_ACTIONS, ROLE_ACTIONS, ROLES } from '@berth/access';
import { useTestDatabase } from '@berth/database/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { apiCalls, codeOf, idFrom } from '../../testing/api-calls.ts';
import type { Answer } from '../../testing/ask.ts';
import { IdentityTestServer } from '../../testing/identity-test-server.ts';

const database = useTestDatabase();
const server = new IdentityTestServer();
const { ask, asAdmin } = apiCalls(server);
const INDEX = 'application/vnd.oci.image.index.v1+json';
let round = 0;
let project = '';
let person = '';
let personId = 0;

beforeAll(async () => {
  await server.start(database.url);
  await server.addUser('admin', true);
});
afterAll(() => server.stop());
beforeEach(async () => {
  round += 1;
  project = `team${round}`;
  person = `person${round}`;
  personId = await server.addUser(person);
  idFrom(await asAdmin('POST', '/projects', { project_name: project }));
  for (const repository of ['app-a', 'app-b', 'other']) expect((await push('admin', repository)).status).toBe(201);
});

function push(as: string, repository: string): Promise<Answer> {
  const body = JSON.stringify({ schemaVersion: 2, mediaType: INDEX, manifests: [] });
  return server.ask('PUT', `/v2/${project}/${repository}/manifests/latest`, { as, body, headers: { 'content-type': INDEX } });
}

function pull(as: string, repository: string): Promise<Answer> {
  return server.ask('GET', `/v2/${project}/${repository}/manifests/latest`, { as });
}

function addMember(body: object, as = 'admin'): Promise<Answer> {
  return ask('POST', `/projects/${project}/members`, { as, body });
}

async function makeRole(name: string, ...words: readonly string[]): Promise<number> {
  const permissions = words.map((word) => ({ resource: word.split(':')[0], action: word.split(':')[1] }));
  return idFrom(await asAdmin('POST', '/roles', { name, permissions }));
}

async function explain(resource: string, action: string, user = person): Promise<{ allowed: boolean; reason: string }> {
  const answer = await asAdmin('GET', `/access/explain?user=${encodeURIComponent(user)}&resource=${resource}&action=${action}`);
  expect(answer.status, answer.text).toBe(200);
  return answer.json();
}

describe('groups', () => {
  it('are made, found, renamed, filled and removed', async () => {
    const id = idFrom(await asAdmin('POST', '/usergroups', { group_name: `Builders ${round}` }));
    expect((await asAdmin('GET', `/usergroups/${id}`)).json()).toEqual({
      id,
      group_name: `Builders ${round}`,
      group_type: 4,
      ldap_group_dn: '',
    });
    expect(codeOf(await asAdmin('POST', '/usergroups', { group_name: `BUILDERS ${round}` }))).toBe('CONFLICT');
    for (const body of [
      {},
      { group_name: ' ' },
      { group_name: 'x', group_type: 1 },
      { group_name: 'x', group_type: 9 },
      { group_name: 'x'.repeat(256) },
    ])
      expect((await asAdmin('POST', '/usergroups', body)).status).toBe(400);
    expect((await ask('GET', `/usergroups/search?groupname=builders+${round}`, { as: person })).json()).toEqual([
      { id, group_name: `Builders ${round}`, group_type: 4 },
    ]);
    expect((await asAdmin('PUT', `/usergroups/${id}`, { group_name: `Masons ${round}` })).status).toBe(200);
    expect((await asAdmin('GET', `/usergroups?group_name=masons+${round}`)).json()).toMatchObject([{ id }]);
    expect((await asAdmin('POST', `/usergroups/${id}/members`, { username: person })).status).toBe(201);
    expect((await asAdmin('POST', `/usergroups/${id}/members`, { user_id: personId })).status).toBe(201);
    expect((await asAdmin('GET', `/usergroups/${id}/members`)).json()).toEqual([{ user_id: personId, username: person }]);
    expect((await asAdmin('POST', `/usergroups/${id}/members`, { user_id: 999_999 })).status).toBe(400);
    expect((await asAdmin('DELETE', `/usergroups/${id}/members/${personId}`)).status).toBe(200);
    expect((await asAdmin('DELETE', `/usergroups/${id}/members/${personId}`)).status).toBe(404);
    expect((await asAdmin('DELETE', `/usergroups/${id}`)).status).toBe(200);
    expect((await asAdmin('GET', `/usergroups/${id}`)).status).toBe(404);
  });

  it('bring their roles to who is in them, beside the own ones, until he leaves or the group does', async () => {
    const group = idFrom(await asAdmin('POST', '/usergroups', { group_name: `group ${round}` }));
    await asAdmin('POST', `/usergroups/${group}/members`, { user_id: personId });
    const member = idFrom(await addMember({ role_id: ROLES.developer, member_group: { group_name: `group ${round}` } }));
    expect(codeOf(await addMember({ role_id: ROLES.guest, member_group: { id: group } }))).toBe('CONFLICT');
    expect((await addMember({ role_id: ROLES.guest, member_user: { username: person } })).status).toBe(201);
    expect((await asAdmin('GET', `/projects/${project}/members/${member}`)).json()).toMatchObject({
      entity_type: 'g',
      entity_id: group,
      entity_name: `group ${round}`,
      role_name: 'developer',
    });
    const shown = (await ask('GET', `/projects/${project}`, { as: person })).json<Record<string, unknown>>();
    expect(shown).toMatchObject({ current_user_role_id: ROLES.developer, current_user_role_ids: [ROLES.developer, ROLES.guest] });
    const listed = (await ask('GET', '/projects?page_size=100', { as: person })).json<Record<string, unknown>[]>();
    expect(listed).toMatchObject([{ name: project, current_user_role_ids: [ROLES.developer, ROLES.guest] }]);
    const permissions = await ask('GET', `/users/current/permissions?scope=/project/${String(shown['project_id'])}`, { as: person });
    expect(permissions.json<unknown[]>()).toHaveLength(ROLE_ACTIONS.get(ROLES.developer)?.size ?? 0);
    expect((await push(person, 'app-a')).status).toBe(201);
    const token = await server.token(person, `repository:${project}/app-a:pull,push`);
    await asAdmin('DELETE', `/usergroups/${group}/members/${personId}`);
    server.passFiveSeconds();
    expect((await push(person, 'app-a')).status).toBe(403);
    const put = { bearer: token, body: '{}', headers: { 'content-type': INDEX } };
    expect([401, 403]).toContain((await server.ask('PUT', `/v2/${project}/app-a/manifests/x`, put)).status);
    expect((await pull(person, 'app-a')).status).toBe(200);
    await asAdmin('DELETE', `/usergroups/${group}`);
    expect((await asAdmin('GET', `/projects/${project}/members/${member}`)).status).toBe(404);
  });
});

describe('roles made here', () => {
  it('are listed beside the five of Harbor, changed and removed; the five are not', async () => {
    const id = await makeRole(`puller ${round}`, 'repository:pull', 'repository:list');
    const listed = (await ask('GET', '/roles?page_size=100', { as: person })).json<{ id: number; name: string; built_in: boolean }[]>();
    expect(listed.filter(({ built_in: builtIn }) => builtIn).map((role) => role.id)).toEqual([1, 2, 3, 4, 5]);
    expect(listed.at(-1)).toMatchObject({ id, name: `puller ${round}`, built_in: false });
    const five = (await asAdmin('GET', '/roles/1')).json<{ permissions: unknown[] }>();
    expect(five.permissions).toHaveLength(PROJECT_ACTIONS.length);
    const content = { name: 'x', permissions: [{ resource: 'repository', action: 'pull' }] };
    for (const builtIn of [1, 2, 3, 4, 5]) {
      expect((await asAdmin('PUT', `/roles/${builtIn}`, content)).status).toBe(404);
      expect((await asAdmin('DELETE', `/roles/${builtIn}`)).status).toBe(404);
    }
    for (const bad of [
      { ...content, name: '' },
      { ...content, permissions: [] },
      { name: 'x', permissions: [{ resource: 'user', action: 'list' }] },
    ])
      expect((await asAdmin('POST', '/roles', bad)).status).toBe(400);
    expect(codeOf(await asAdmin('POST', '/roles', { ...content, name: 'guest' }))).toBe('CONFLICT');
    const member = idFrom(await addMember({ role_id: id, member_user: { user_id: personId } }));
    expect(codeOf(await asAdmin('DELETE', `/roles/${id}`))).toBe('PRECONDITION');
    await asAdmin('DELETE', `/projects/${project}/members/${member}`);
    expect((await asAdmin('DELETE', `/roles/${id}`)).status).toBe(200);
  });

  it('count in /v2, tokens, the API and its reasons, and change for their holders at once', async () => {
    const id = await makeRole(`tagger ${round}`, 'repository:pull', 'member:list');
    await addMember({ role_id: id, member_user: { user_id: personId } });
    expect((await pull(person, 'app-a')).status).toBe(200);
    expect((await push(person, 'app-a')).status).toBe(403);
    expect((await ask('GET', `/projects/${project}/members`, { as: person })).status).toBe(200);
    expect(await explain(`${project}/app-a`, 'pull')).toMatchObject({ allowed: true, reason: expect.stringContaining(`tagger ${round}`) });
    expect(await explain(`${project}/app-a`, 'push')).toMatchObject({ allowed: false });
    const permissions = [{ resource: 'repository', action: 'push' }];
    expect((await asAdmin('PUT', `/roles/${id}`, { name: `tagger ${round}`, permissions })).status).toBe(200);
    expect((await push(person, 'app-a')).status).toBe(201);
    expect((await ask('GET', `/projects/${project}/members`, { as: person })).status).toBe(403);
  });

  it('are not given by who has less himself', async () => {
    const manager = await makeRole(`manager ${round}`, 'member:create', 'member:update', 'member:list', 'repository:pull');
    const small = await makeRole(`small ${round}`, 'repository:pull');
    await addMember({ role_id: manager, member_user: { user_id: personId } });
    const other = await server.addUser(`other${round}`);
    for (const role of [ROLES.projectAdmin, ROLES.developer, ROLES.guest, ROLES.limitedGuest])
      expect((await addMember({ role_id: role, member_user: { user_id: other } }, person)).status).toBe(403);
    const member = idFrom(await addMember({ role_id: small, member_user: { user_id: other } }, person));
    const path = `/projects/${project}/members/${member}`;
    expect((await ask('PUT', path, { as: person, body: { role_id: ROLES.projectAdmin } })).status).toBe(403);
    expect((await ask('PUT', path, { as: person, body: { role_id: manager } })).status).toBe(200);
  });
});

describe('a role for some repositories', () => {
  it('counts for those only: /v2, tokens, catalog, lists and reasons', async () => {
    const patterns = { repository_patterns: ['app-*'] };
    idFrom(await addMember({ role_id: ROLES.maintainer, member_user: { user_id: personId }, ...patterns }));
    expect((await asAdmin('GET', `/projects/${project}/members?entityname=${person}`)).json()).toMatchObject([
      { role_id: ROLES.maintainer, repository_patterns: [`${project}/app-*`] },
    ]);
    expect((await push(person, 'app-a')).status).toBe(201);
    expect((await push(person, 'app-new')).status).toBe(201);
    expect((await push(person, 'other')).status).toBe(403);
    expect((await pull(person, 'other')).status).toBe(404);
    const token = await server.token(person, `repository:${project}/app-a:*`, `repository:${project}/other:*`);
    const [, payload = ''] = token.split('.');
    expect(JSON.parse(Buffer.from(payload, 'base64url').toString())).toMatchObject({
      access: [{ name: `${project}/app-a`, actions: ['pull', 'push', 'delete'] }],
    });
    const seen = [`${project}/app-a`, `${project}/app-b`, `${project}/app-new`];
    expect((await server.ask('GET', '/v2/_catalog', { as: person })).json()).toEqual({ repositories: seen });
    const byApi = async (path: string) => (await ask('GET', path, { as: person })).json<{ name: string }[]>().map(({ name }) => name);
    expect(await byApi(`/projects/${project}/repositories`)).toEqual(seen);
    expect(await byApi('/repositories')).toEqual(seen);
    expect(await byApi('/projects')).toEqual([project]);
    expect((await ask('GET', `/projects/${project}/repositories/app-a/artifacts`, { as: person })).status).toBe(200);
    expect((await ask('GET', `/projects/${project}/repositories/other/artifacts`, { as: person })).status).toBe(403);
    expect((await ask('GET', `/projects/${project}/members`, { as: person })).status).toBe(403);
    expect(await explain(`${project}/app-a`, 'repository:delete')).toMatchObject({
      allowed: true,
      reason: `repository:delete is allowed by the role maintainer, held for ${project}/app-*.`,
      ...{ code: 'role', role_name: 'maintainer', repository_patterns: [`${project}/app-*`] },
    });
    expect(await explain(`${project}/other`, 'repository:delete')).toMatchObject({ allowed: false });
  });

  it('stands beside another for the whole project, one per role', async () => {
    await addMember({ role_id: ROLES.guest, member_user: { user_id: personId } });
    const narrowed = { role_id: ROLES.developer, member_user: { user_id: personId }, repository_patterns: [`${project}/app-b`] };
    idFrom(await addMember(narrowed));
    expect(codeOf(await addMember(narrowed))).toBe('CONFLICT');
    expect((await push(person, 'app-b')).status).toBe(201);
    expect((await push(person, 'app-a')).status).toBe(403);
    expect((await pull(person, 'other')).status).toBe(200);
  });

  it('takes patterns of its own project only', async () => {
    for (const pattern of ['App', '[a]', '', 'x'.repeat(256)])
      expect((await addMember({ role_id: 2, member_user: { user_id: personId }, repository_patterns: [pattern] })).status, pattern).toBe(
        400,
      );
    idFrom(await addMember({ role_id: 2, member_user: { user_id: personId }, repository_patterns: ['{x,admin/y}', '**'] }));
    expect((await server.stores.standings.memberProjects(personId)).narrowedProjectIds).toHaveLength(1);
    expect((await pull(person, 'app-a')).status).toBe(200);
  });
});

describe('explaining', () => {
  it('is about oneself, or for administrators', async () => {
    const about = (user: string) => `/access/explain?user=${user}&resource=${project}/app&action=pull`;
    expect((await ask('GET', `/access/explain?resource=${project}/app&action=pull`, { as: person })).json()).toMatchObject({
      allowed: false,
    });
    expect((await ask('GET', about(person), { as: person })).status).toBe(200);
    expect((await ask('GET', about('admin'), { as: person })).status).toBe(403);
    expect((await asAdmin('GET', about('nobody-here'))).status).toBe(404);
    expect(await explain('/system', 'user:list', 'admin')).toMatchObject({
      allowed: true,
      reason: expect.stringContaining('system administrator'),
      code: 'system administrator',
    });
    expect(await explain('no-such-project', 'project:read')).toMatchObject({
      allowed: false,
      reason: expect.stringContaining('does not exist'),
    });
    for (const bad of [
      `resource=${project}&action=fly`,
      'resource=/system&action=x',
      `resource=${project}`,
      'resource=UPPER/x&action=pull',
    ])
      expect([400, 422]).toContain((await asAdmin('GET', `/access/explain?${bad}`)).status);
  });
});

it('no write reaches a column that its body should not', async () => {
  const extra = {
    id: 1,
    group_id: 1,
    name_key: 'x',
    type: 1,
    actions: ['repository:push'],
    built_in: true,
    created_at: '2000-01-01',
    system_admin: true,
  };
  const group = idFrom(await asAdmin('POST', '/usergroups', { group_name: `kept ${round}`, ...extra }));
  expect(
    (await asAdmin('PUT', `/usergroups/${group}`, { group_name: `kept ${round}`, group_type: 2, ldap_group_dn: 'x', ...extra })).status,
  ).toBe(200);
  expect(await server.knex('user_groups').where({ id: group }).first()).toMatchObject({ name_key: `kept ${round}`, type: 4, ldap_dn: '' });
  const role = idFrom(
    await asAdmin('POST', '/roles', { ...extra, name: `kept ${round}`, permissions: [{ resource: 'tag', action: 'list' }] }),
  );
  expect(role).toBeGreaterThanOrEqual(100);
  expect(await server.knex('roles').where({ id: role }).first()).toMatchObject({ actions: ['tag:list'] });
  const member = idFrom(await addMember({ role_id: 3, member_user: { user_id: personId }, ...extra, project_id: 1, user_id: 1 }));
  const [before] = await server.knex('project_members').where({ id: member });
  expect(before).toMatchObject({ user_id: personId, group_id: null, repository_patterns: null });
  const change = { role_id: 5, ...extra, project_id: 1, user_id: 1, repository_patterns: ['**'] };
  expect((await asAdmin('PUT', `/projects/${project}/members/${member}`, change)).status).toBe(200);
  expect(await server.knex('project_members').where({ id: member }).first()).toMatchObject({
    ...before,
    role_id: 5,
    updated_at: expect.any(Date),
  });
  const token = await ask('POST', '/users/current/tokens', {
    as: person,
    body: { name: 'kept', user_id: 1, secret_hash: 'x', last_used_at: '2000-01-01', secret: 'x', ...extra },
  });
  expect(await server.knex('access_tokens').where({ name: 'kept', user_id: personId }).first()).toMatchObject({
    last_used_at: null,
    narrowed: false,
  });
  expect(token.json<{ secret: string }>().secret).toMatch(/^berth_pat_/);
});

it('GET /permissions shows what can be given, to administrators', async () => {
  const both = (await asAdmin('GET', '/permissions')).json<{ system: unknown[]; project: unknown[] }>();
  expect([both.system.length, both.project.length]).toEqual([70, 72]);
  await addMember({ role_id: ROLES.projectAdmin, member_user: { user_id: personId } });
  const one = (await ask('GET', '/permissions', { as: person })).json<{ system: unknown[]; project: unknown[] }>();
  expect([one.system.length, one.project.length]).toEqual([0, 72]);
});

it('nothing failed inside the server', () => {
  expect(server.failures).toEqual([]);
});
