import { useTestDatabase } from '@berth/database/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Answer, basic, IdentityTestServer, PASSWORD } from '../testing/identity-test-server.ts';
import { ENDPOINTS } from './endpoints.ts';

const database = useTestDatabase();
const server = new IdentityTestServer();
const API = '/api/v2.0';
let adminId = 0;
let team = 0;

beforeAll(async () => {
  await server.start(database.url);
  adminId = await server.addUser('admin', true);
  team = await server.addProject('team', adminId);
  await server.addMembers(team);
  await server.addUser('outsider');
});
afterAll(() => server.stop());
beforeEach(() => server.passFiveSeconds());

type Options = Parameters<IdentityTestServer['ask']>[2];
const ask = (method: string, path: string, options?: Options): Promise<Answer> => server.ask(method, API + path, options);
const asAdmin = (method: string, path: string, body?: unknown): Promise<Answer> =>
  ask(method, path, { as: 'admin', ...(body === undefined ? {} : { body }) });
const names = (answer: Answer): string[] => answer.json<{ name: string }[]>().map(({ name }) => name);
function codeOf(answer: Answer): string {
  return answer.json<{ errors: { code: string; message: string }[] }>().errors[0]?.code ?? '';
}
function idFrom(answer: Answer): number {
  expect(answer.status, answer.text).toBe(201);
  return Number(answer.headers.location?.split('/').at(-1));
}

describe('system', () => {
  it('answers ping and health to anyone', async () => {
    const ping = await ask('GET', '/ping');
    expect([ping.status, ping.text, ping.headers['content-type']]).toEqual([200, 'Pong', 'text/plain; charset=utf-8']);
    expect((await ask('GET', '/health')).json()).toEqual({ status: 'healthy', components: [{ name: 'database', status: 'healthy' }] });
  });

  it('tells anonymous callers less of the system', async () => {
    expect(Object.keys((await ask('GET', '/systeminfo')).json<object>())).not.toContain('harbor_version');
    const info = (await ask('GET', '/systeminfo', { as: 'guest' })).json();
    expect(info).toMatchObject({
      auth_mode: 'db_auth',
      harbor_version: 'v2.16.0-berth-0.0.1',
      external_url: server.url,
      registry_url: server.url.slice(7),
    });
  });

  it('serves the OpenAPI document', async () => {
    const document = (await ask('GET', '/openapi.json')).json<{ paths: Record<string, object> }>();
    for (const { operation } of ENDPOINTS) expect(document.paths[operation.path]).toHaveProperty(operation.method);
  });
});

describe('every answer', () => {
  it('refuses a wrong credential even where none is needed, without making browsers ask for one', async () => {
    for (const authorization of [basic('admin', 'Wrong-Password-1'), basic('nobody', PASSWORD), 'Bearer abc', 'Basic', 'Nonsense']) {
      const answer = await ask('GET', '/projects', { headers: { authorization } });
      expect([answer.status, codeOf(answer), answer.headers['www-authenticate']]).toEqual([401, 'UNAUTHORIZED', undefined]);
    }
  });

  it('says what is not there, and what a path takes instead', async () => {
    expect([(await ask('GET', '/nothing')).status, codeOf(await ask('GET', '/nothing'))]).toEqual([404, 'NOT_FOUND']);
    const answer = await ask('PATCH', '/projects', { as: 'admin' });
    expect([answer.status, codeOf(answer), answer.headers.allow]).toEqual([405, 'METHOD_NOT_ALLOWED', 'HEAD, GET, POST']);
  });

  it.each([
    ['no body', undefined, {}, 400],
    ['broken JSON', '{"project_name":', { 'content-type': 'application/json' }, 400],
    ['a list', '[]', { 'content-type': 'application/json' }, 400],
    ['a word', '"x"', { 'content-type': 'application/json' }, 400],
    ['wrong types', '{"project_name":7}', { 'content-type': 'application/json' }, 400],
    ['a form', 'project_name=x', { 'content-type': 'application/x-www-form-urlencoded' }, 415],
    ['no type', '{"project_name":"x"}', {}, 415],
    ['another charset', '{"project_name":"x"}', { 'content-type': 'application/json; charset=klingon' }, 415],
    ['too much', `{"project_name":"${'x'.repeat(70_000)}"}`, { 'content-type': 'application/json' }, 413],
  ])('refuses %s', async (_what, body, headers, status) => {
    const answer = await ask('POST', '/projects', {
      as: 'admin',
      headers: headers as Record<string, string>,
      ...(body === undefined ? {} : { body }),
    });
    expect(answer.status, answer.text).toBe(status);
    expect(answer.json<{ errors: { message: string }[] }>().errors[0]?.message).toMatch(/\.$/);
    expect(await server.projectNames()).toEqual(['team']);
  });

  it.each([
    'page=0',
    'page=-1',
    'page=x',
    'page_size=0',
    'page_size=101',
    'page_size=1e2',
    'page=1&page=2',
    'page[a]=1',
    'public=maybe',
    'page=99999999999999999999',
  ])('refuses ?%s, or ignores what no parameter is called', async (query) => {
    const answer = await ask('GET', `/projects?${query}`);
    expect(answer.status).toBe(query.includes('[') ? 200 : 422);
  });

  it.each([
    'q=password=x',
    'q=name',
    'q==x',
    'q=name=a,name=b',
    'q=name=[a~b]',
    'q=name={a b}',
    'q=%25E0',
    'sort=password',
    'sort=-nothing',
    'sort=name;drop',
    'sort=constructor',
  ])('takes only listed fields: ?%s is refused', async (query) => {
    for (const path of ['/projects', '/users']) expect((await asAdmin('GET', `${path}?${query}`)).status, path).toBe(400);
  });

  it('survives every odd path', async () => {
    for (const path of [
      '/projects/%00',
      '/projects/%E0%A4%A',
      '/projects/..%2f..%2fusers',
      `/projects/${'x'.repeat(300)}`,
      '/users/0',
      '/users/-1',
      '/users/1.5',
      '/users/99999999999999999999',
      '/projects/99999999999999999999',
      '/projects/%25',
      '/projects/Team',
      '/projects/--',
    ]) {
      const answer = await ask('GET', path, { as: 'outsider' });
      expect([400, 403, 404, 422], `${path} ${answer.status}`).toContain(answer.status);
      const anonymous = await ask('GET', path);
      expect([400, 401, 404, 422], `${path} ${anonymous.status}`).toContain(anonymous.status);
    }
  });
});

describe('projects', () => {
  it('are created private unless asked otherwise, for their creator, with a path-absolute Location', async () => {
    const created = await ask('POST', '/projects', {
      as: 'outsider',
      body: { project_name: 'one', owner_id: 1, project_id: 99, deleted: true },
    });
    const id = idFrom(created);
    expect(created.headers.location).toBe(`${API}/projects/${id}`);
    const project = (await ask('GET', `/projects/${id}`, { as: 'outsider' })).json<Record<string, unknown>>();
    expect(project).toEqual({
      ...{ project_id: id, name: 'one', owner_name: 'outsider', owner_id: expect.any(Number), deleted: false, repo_count: 0 },
      ...{ current_user_role_id: 1, current_user_role_ids: [1], metadata: { public: 'false' } },
      ...{ creation_time: expect.stringMatching(/^\d{4}-.*Z$/), update_time: expect.any(String) },
    });
    const named = await ask('POST', '/projects', {
      ...{
        as: 'outsider',
        body: { project_name: 'two', metadata: { public: 'true' } },
        headers: { 'x-resource-name-in-location': 'true' },
      },
    });
    expect(named.headers.location).toBe(`${API}/projects/two`);
    expect((await ask('GET', '/projects/two')).json()).toMatchObject({ metadata: { public: 'true' } });
  });

  it('have free, valid names', async () => {
    expect([409, 'CONFLICT']).toEqual(
      await ask('POST', '/projects', { as: 'guest', body: { project_name: 'team' } }).then((a) => [a.status, codeOf(a)]),
    );
    for (const name of ['', 'Team', 'a b', '-a', 'a--b', 'a/b', '..', 'ä', 'x'.repeat(256), 'a\0']) {
      expect((await asAdmin('POST', '/projects', { project_name: name })).status, name).toBe(400);
    }
  });

  it('are created by administrators only where the setting says so', async () => {
    await server.stores.settings.saveAccess({ projectCreation: 'adminonly', createProjectOnPush: true });
    expect((await ask('POST', '/projects', { as: 'outsider', body: { project_name: 'three' } })).status).toBe(403);
    await server.stores.settings.saveAccess({ projectCreation: 'everyone', createProjectOnPush: true });
  });

  it('are found by id, name, and a name of digits with the header', async () => {
    const digits = idFrom(await asAdmin('POST', '/projects', { project_name: '12345' }));
    expect((await asAdmin('GET', '/projects/12345')).status).toBe(404);
    const named = await ask('GET', '/projects/12345', { as: 'admin', headers: { 'x-is-resource-name': 'true' } });
    expect(named.json()).toMatchObject({ project_id: digits });
    expect((await asAdmin('GET', `/projects/${digits}`)).json()).toMatchObject({ name: '12345' });
    expect((await asAdmin('GET', '/projects/te%2561m')).json()).toMatchObject({ name: 'team' });
  });

  it('are shown to whom they belong', async () => {
    const seen = async (as?: string): Promise<string[]> =>
      names(await ask('GET', '/projects?page_size=100', as === undefined ? {} : { as }));
    expect(await seen()).toEqual(['two']);
    expect(await seen('guest')).toEqual(['team', 'two']);
    expect(await seen('outsider')).toEqual(['one', 'two']);
    expect(await seen('admin')).toEqual(['12345', 'one', 'team', 'two']);
    const rows = (await ask('GET', '/projects?name=team', { as: 'maintainer' })).json<object[]>();
    expect(rows).toEqual([expect.objectContaining({ name: 'team', current_user_role_id: 4, current_user_role_ids: [4] })]);
    expect((await asAdmin('GET', '/projects?name=one')).json<object[]>()[0]).not.toHaveProperty('current_user_role_id');
  });

  it('are filtered and sorted by the listed fields', async () => {
    const list = async (query: string): Promise<string[]> => names(await asAdmin('GET', `/projects?${query}`));
    expect(await list('sort=-name')).toEqual(['two', 'team', 'one', '12345']);
    expect(await list('sort=-project_id&page_size=2')).toEqual(['12345', 'two']);
    expect(await list('q=name=~t,public=true')).toEqual(['two']);
    expect(await list('q=name%3Dteam')).toEqual(['team']);
    expect(await list('q=name%253D~tea')).toEqual(['team']);
    expect(await list('public=false&owner=admin')).toEqual(['12345', 'team']);
    expect(await list('name=%25')).toEqual([]);
    expect(await list('q=name=tea')).toEqual([]);
  });

  it('come in pages with totals and links that keep the filter', async () => {
    const answer = await asAdmin('GET', '/projects?sort=name&page=2&page_size=1&name=t');
    expect([names(answer), answer.headers['x-total-count']]).toEqual([['two'], '2']);
    expect(answer.headers.link).toBe(`<${API}/projects?sort=name&page=1&page_size=1&name=t>; rel="prev"`);
    const first = await asAdmin('GET', '/projects?sort=name&page_size=1&name=t');
    expect(first.headers.link).toBe(`<${API}/projects?sort=name&page_size=1&name=t&page=2>; rel="next"`);
    const beyond = await asAdmin('GET', '/projects?page=50&page_size=100');
    expect([beyond.json(), beyond.headers['x-total-count'], beyond.headers.link]).toEqual([[], '4', undefined]);
  });

  it('answer whether a name is taken', async () => {
    expect((await ask('HEAD', '/projects?project_name=team', { as: 'outsider' })).status).toBe(200);
    expect((await ask('HEAD', '/projects?project_name=none', { as: 'outsider' })).status).toBe(404);
    expect((await ask('HEAD', '/projects?project_name=team')).status).toBe(401);
    expect((await ask('HEAD', '/projects', { as: 'outsider' })).status).toBe(422);
  });

  it('change only what can change, whatever the body holds', async () => {
    const before = (await asAdmin('GET', '/projects/one')).json<Record<string, unknown>>();
    const body = {
      project_name: 'renamed',
      owner_id: 1,
      project_id: 7,
      creation_time: '2000-01-01T00:00:00Z',
      repo_count: 9,
      metadata: { public: 'true', owner_id: '1' },
    };
    expect((await ask('PUT', '/projects/one', { as: 'outsider', body })).status).toBe(200);
    const after = (await asAdmin('GET', '/projects/one')).json<Record<string, unknown>>();
    expect({ ...after, update_time: '' }).toEqual({ ...before, update_time: '', metadata: { public: 'true' } });
    expect((await ask('PUT', '/projects/one/metadatas/public', { as: 'outsider', body: { public: 'false' } })).status).toBe(200);
    expect((await ask('GET', '/projects/one/metadatas/', { as: 'outsider' })).json()).toEqual({ public: 'false' });
    expect((await ask('PUT', '/projects/one/metadatas/public', { as: 'outsider', body: { public: 'perhaps' } })).status).toBe(400);
    expect((await ask('PUT', '/projects/one/metadatas/owner_id', { as: 'outsider', body: { public: 'true' } })).status).toBe(404);
  });

  it('are deleted when empty, and their names are free', async () => {
    expect((await ask('GET', '/projects/one/_deletable', { as: 'outsider' })).json()).toEqual({ deletable: true });
    expect((await ask('DELETE', '/projects/one', { as: 'outsider' })).status).toBe(200);
    expect((await ask('GET', '/projects/one', { as: 'outsider' })).status).toBe(403);
    expect((await asAdmin('GET', '/projects/one')).status).toBe(404);
    idFrom(await ask('POST', '/projects', { as: 'guest', body: { project_name: 'one' } }));
  });

  it('stay when they hold something', async () => {
    const type = 'application/vnd.oci.image.index.v1+json';
    const index = JSON.stringify({ schemaVersion: 2, mediaType: type, manifests: [] });
    const put = await server.ask('PUT', '/v2/team/app/manifests/latest', {
      as: 'maintainer',
      body: index,
      headers: { 'content-type': type },
    });
    expect(put.status, put.text).toBe(201);
    const answer = await ask('DELETE', '/projects/team', { as: 'projectAdmin' });
    expect([answer.status, codeOf(answer)]).toEqual([412, 'PRECONDITION']);
    expect((await ask('GET', '/projects/team/_deletable', { as: 'projectAdmin' })).json()).toMatchObject({ deletable: false });
    expect((await ask('GET', '/projects/team', { as: 'guest' })).json()).toMatchObject({ repo_count: 1 });
  });
});

describe('members', () => {
  const members = '/projects/team/members';

  it('are added by name or id, shown, changed and removed, and each change counts at once', async () => {
    const added = await ask('POST', members, { as: 'projectAdmin', body: { role_id: 2, member_user: { username: 'Outsider' } } });
    const id = idFrom(added);
    expect(added.headers.location).toBe(`${API}${members}/${id}`);
    const entity = (await ask('GET', `${members}/${id}`, { as: 'guest' })).json();
    expect(entity).toEqual({
      id,
      project_id: team,
      entity_name: 'outsider',
      role_name: 'developer',
      role_id: 2,
      entity_id: expect.any(Number),
      entity_type: 'u',
    });
    const push = (): Promise<Answer> => server.ask('POST', '/v2/team/app/blobs/uploads/', { as: 'outsider' });
    expect((await push()).status).toBe(202);
    expect(
      (await ask('PUT', `${members}/${id}`, { as: 'projectAdmin', body: { role_id: 3, id: 1, entity_id: adminId, project_id: 1 } })).status,
    ).toBe(200);
    expect((await ask('GET', `${members}/${id}`, { as: 'guest' })).json()).toMatchObject({
      role_id: 3,
      entity_name: 'outsider',
      project_id: team,
    });
    expect((await push()).status).toBe(403);
    expect((await ask('DELETE', `${members}/${id}`, { as: 'projectAdmin' })).status).toBe(200);
    expect((await ask('GET', '/projects/team', { as: 'outsider' })).status).toBe(403);
    expect((await ask('DELETE', `${members}/${id}`, { as: 'projectAdmin' })).status).toBe(404);
  });

  it.each([
    [{ role_id: 9, member_user: { username: 'outsider' } }, 400],
    [{ role_id: 2 }, 400],
    [{ member_user: { username: 'outsider' } }, 400],
    [{ role_id: 2, member_user: {} }, 400],
    [{ role_id: 2, member_user: { username: 'nobody' } }, 404],
    [{ role_id: 2, member_user: { user_id: 999_999 } }, 400],
    [{ role_id: 2, member_user: { user_id: -1 } }, 400],
    [{ role_id: 2, member_user: { username: 'guest' } }, 409],
  ])('refuse %j with %i', async (body, status) => {
    const before = await server.knex('project_members').count();
    expect((await ask('POST', members, { as: 'projectAdmin', body })).status).toBe(status);
    expect(await server.knex('project_members').count()).toEqual(before);
  });

  it('are searched by a part of their name, in pages', async () => {
    const answer = await ask('GET', `${members}?entityname=GUEST&page_size=1`, { as: 'developer' });
    expect([answer.json<object[]>().length, answer.headers['x-total-count']]).toEqual([1, '2']);
    expect(answer.headers.link).toContain('entityname=GUEST');
  });
});

describe('users', () => {
  const person = { username: 'new', email: 'new@example.com', realname: 'New One', comment: 'c', password: 'Some-Password-1' };

  it('are created by administrators, with nothing that the body adds', async () => {
    const created = await asAdmin('POST', '/users', {
      ...person,
      sysadmin_flag: true,
      user_id: 1,
      password_hash: 'x',
      credential_version: 9,
    });
    const id = idFrom(created);
    expect(created.headers.location).toBe(`${API}/users/${id}`);
    const user = (await ask('GET', '/users/current', { as: 'new', password: person.password })).json();
    expect(user).toEqual({
      ...{ user_id: id, username: 'new', email: 'new@example.com', realname: 'New One', comment: 'c', sysadmin_flag: false },
      ...{ admin_role_in_auth: false, creation_time: expect.any(String), update_time: expect.any(String) },
    });
  });

  it.each([
    [{ password: 'short1A' }, 400],
    [{ password: 'nouppercase1' }, 400],
    [{ username: '' }, 400],
    [{ username: 'a:b' }, 400],
    [{ email: 'nonsense' }, 400],
    [{ realname: '' }, 400],
    [{ comment: 'x'.repeat(31) }, 400],
    [{ username: 'NEW', email: 'other@example.com' }, 409],
    [{ username: 'other', email: 'New@Example.com' }, 409],
  ])('refuse %j with %i', async (change, status) => {
    const answer = await asAdmin('POST', '/users', { ...person, ...change });
    expect([answer.status, answer.text.includes(person.password)]).toEqual([status, false]);
  });

  it('are listed for administrators and searched by everyone, without e-mail addresses', async () => {
    const list = async (query: string): Promise<string[]> =>
      (await asAdmin('GET', `/users?${query}`)).json<{ username: string }[]>().map(({ username }) => username);
    expect(await list('username=guest&sort=-username')).toEqual(['limitedGuest', 'guest']);
    expect(await list('q=username=guest')).toEqual(['guest']);
    expect(await list('q=email=~new@')).toEqual(['new']);
    expect((await asAdmin('GET', '/users?page_size=1')).text).not.toMatch(/argon2|password/);
    const found = await ask('GET', '/users/search?username=new', { as: 'outsider' });
    expect(found.json()).toEqual([{ user_id: expect.any(Number), username: 'new' }]);
    expect((await ask('GET', '/users/search?username=example.com', { as: 'outsider' })).json()).toEqual([]);
    expect((await ask('GET', '/users/search', { as: 'outsider' })).status).toBe(422);
  });

  it('change their own profile and nothing else', async () => {
    const { user_id: id } = (await ask('GET', '/users/current', { as: 'outsider' })).json<{ user_id: number }>();
    const body = {
      email: 'o@example.com',
      realname: 'O',
      comment: '',
      username: 'admin2',
      sysadmin_flag: true,
      user_id: adminId,
      password: 'Other-Password-1',
    };
    expect((await ask('PUT', `/users/${id}`, { as: 'outsider', body })).status).toBe(200);
    server.passFiveSeconds();
    expect((await ask('GET', '/users/current', { as: 'outsider' })).json()).toMatchObject({
      user_id: id,
      username: 'outsider',
      email: 'o@example.com',
      sysadmin_flag: false,
    });
    expect((await ask('PUT', `/users/${id}`, { as: 'outsider', body: { ...body, email: 'admin@example.com' } })).status).toBe(409);
    expect((await ask('PUT', `/users/${id}`, { as: 'outsider', body: { realname: 'O' } })).status).toBe(400);
  });

  it('change their password with the old one, which ends every token at once', async () => {
    const id = await server.addUser('renewer');
    const bearer = await server.token('renewer');
    const change = (body: object, password = PASSWORD): Promise<Answer> =>
      ask('PUT', `/users/${id}/password`, { as: 'renewer', password, body });
    expect((await change({ new_password: 'New-Password-1' })).status).toBe(403);
    expect((await change({ old_password: 'Wrong-Password-1', new_password: 'New-Password-1' })).status).toBe(403);
    expect((await change({ old_password: PASSWORD, new_password: 'weak' })).status).toBe(400);
    expect((await change({ old_password: PASSWORD, new_password: PASSWORD })).status).toBe(400);
    expect((await server.ask('GET', '/v2/', { bearer })).status).toBe(200);
    expect((await change({ old_password: PASSWORD, new_password: 'New-Password-1' })).status).toBe(200);
    expect((await server.ask('GET', '/v2/', { bearer })).status).toBe(401);
    expect((await ask('GET', '/users/current', { as: 'renewer' })).status).toBe(401);
    expect((await ask('GET', '/users/current', { as: 'renewer', password: 'New-Password-1' })).status).toBe(200);
    expect((await asAdmin('PUT', `/users/${id}/password`, { new_password: 'By-The-Admin-1' })).status).toBe(200);
    expect((await ask('GET', '/users/current', { as: 'renewer', password: 'By-The-Admin-1' })).status).toBe(200);
    expect((await asAdmin('PUT', '/users/999999/password', { new_password: 'By-The-Admin-1' })).status).toBe(404);
  });

  it('become administrators and stop being, but the last one stays', async () => {
    const id = await server.addUser('deputy');
    expect((await asAdmin('PUT', `/users/${adminId}/sysadmin`, { sysadmin_flag: false })).status).toBe(403);
    expect((await asAdmin('PUT', `/users/${id}/sysadmin`, { sysadmin_flag: true })).status).toBe(200);
    expect((await ask('GET', '/users', { as: 'deputy' })).status).toBe(200);
    expect((await asAdmin('PUT', `/users/${id}/sysadmin`, { sysadmin_flag: false })).status).toBe(200);
    expect((await ask('GET', '/users', { as: 'deputy' })).status).toBe(403);
    expect((await asAdmin('PUT', '/users/999999/sysadmin', { sysadmin_flag: true })).status).toBe(404);
  });

  it('are removed by others only, with their tokens, memberships and name', async () => {
    const id = await server.addUser('goner');
    await server.stores.members.add(team, id, 2);
    const bearer = await server.token('goner', 'repository:team/app:pull');
    expect((await asAdmin('DELETE', `/users/${adminId}`)).status).toBe(403);
    expect((await asAdmin('DELETE', `/users/${id}`)).status).toBe(200);
    expect((await server.ask('GET', '/v2/', { bearer })).status).toBe(401);
    expect((await ask('GET', '/users/current', { as: 'goner' })).status).toBe(401);
    expect((await ask('GET', '/projects/team/members?entityname=goner', { as: 'admin' })).json()).toEqual([]);
    expect((await asAdmin('DELETE', `/users/${id}`)).status).toBe(404);
    await server.addUser('goner');
  });

  it('read their rights by scope', async () => {
    const rights = async (as: string, query: string): Promise<string[]> =>
      (await ask('GET', `/users/current/permissions?${query}`, { as }))
        .json<{ resource: string; action: string }[]>()
        .map(({ resource, action }) => `${resource}:${action}`);
    const guest = await rights('guest', `scope=/project/${team}&relative=true`);
    expect(guest).toHaveLength(20);
    expect(guest).toEqual(expect.arrayContaining(['.:read', 'repository:pull', 'member:list']));
    expect(await rights('limitedGuest', `scope=/project/${team}`)).toContain(`/project/${team}/repository:pull`);
    expect(await rights('admin', 'scope=/system&relative=true')).toContain('user:create');
    for (const query of ['', 'scope=/system', 'scope=/project/999999', 'scope=/project/x', 'scope=/', `scope=/project/${team}/x`]) {
      expect(await rights('outsider', query), query).toEqual([]);
    }
    expect(await rights('outsider', `scope=/project/${team}`)).toEqual([]);
  });
});

it('nothing failed inside the server', () => {
  expect(server.failures).toEqual([]);
});
