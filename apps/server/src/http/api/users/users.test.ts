import { useTestDatabase } from '@berth/database/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { API, apiCalls, idFrom } from '../../testing/api-calls.ts';
import { type Answer, PASSWORD } from '../../testing/ask.ts';
import { IdentityTestServer } from '../../testing/identity-test-server.ts';

const database = useTestDatabase();
const server = new IdentityTestServer();
const { ask, asAdmin } = apiCalls(server);
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
      ...{ admin_role_in_auth: false, password_generated: false, creation_time: expect.any(String), update_time: expect.any(String) },
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

  it('are not made administrators, nor entered as one, by a robot or a narrowed token that may change users', async () => {
    const id = await server.addUser('climber');
    const permissions = [{ kind: 'system', namespace: '/', access: [{ resource: 'user', action: 'update' }] }];
    const robot = await asAdmin('POST', '/robots', { name: 'people', level: 'system', duration: 1, permissions });
    const { name, secret } = robot.json<{ name: string; secret: string }>();
    const token = await asAdmin('POST', '/users/current/tokens', { name: 'people', permissions });
    for (const caller of [
      { as: name, password: secret },
      { as: 'admin', password: token.json<{ secret: string }>().secret },
    ]) {
      const refused = await ask('PUT', `/users/${id}/sysadmin`, { ...caller, body: { sysadmin_flag: true } });
      expect(refused.status, caller.as).toBe(403);
      const body = { new_password: 'Of-The-Robot-1' };
      expect((await ask('PUT', `/users/${adminId}/password`, { ...caller, body })).status, caller.as).toBe(403);
      expect(
        (await ask('PUT', `/users/${id}/password`, { ...caller, body: { new_password: `For-${caller.as.length}-Climber` } })).status,
      ).toBe(200);
    }
    expect((await asAdmin('GET', `/users/${id}`)).json()).toMatchObject({ sysadmin_flag: false });
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
