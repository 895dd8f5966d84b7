import { useTestDatabase } from '@berth/database/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { apiCalls, codeOf } from '../testing/api-calls.ts';
import { basic, PASSWORD } from '../testing/ask.ts';
import { IdentityTestServer } from '../testing/identity-test-server.ts';
import { ENDPOINTS } from './endpoints.ts';

const database = useTestDatabase();
const server = new IdentityTestServer();
const { ask, asAdmin } = apiCalls(server);

beforeAll(async () => {
  await server.start(database.url);
  const adminId = await server.addUser('admin', true);
  const team = await server.addProject('team', adminId);
  await server.addMembers(team);
  await server.addUser('outsider');
});
afterAll(() => server.stop());
beforeEach(() => server.passFiveSeconds());

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
    'page=-1',
    'page=x',
    'page_size=-1',
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

  it('takes 0 for a page that nobody chose, as Harbor does', async () => {
    const [zero, most] = [await asAdmin('GET', '/users?page=0&page_size=0'), await asAdmin('GET', '/users?page=1&page_size=100')];
    expect([zero.status, zero.json<unknown[]>().length]).toEqual([200, Number(zero.headers['x-total-count'])]);
    expect(zero.json()).toEqual(most.json());
  });

  it('names its sentence and what stands in it, beside what Harbor has', async () => {
    const taken = await ask('POST', '/projects', { as: 'admin', body: { project_name: 'team' } });
    expect(taken.json<{ errors: object[] }>().errors).toEqual([
      {
        code: 'CONFLICT',
        message: 'A project with this name exists already. Nothing was changed; choose another.',
        reason: 'project-name-taken',
        values: {},
      },
    ]);
    const wrong = await ask('POST', '/projects', { as: 'admin', body: { project_name: 'x'.repeat(300) } });
    expect(wrong.json<{ errors: object[] }>().errors).toMatchObject([
      { code: 'BAD_REQUEST', reason: 'field', values: { field: 'project_name', rule: 'too-long', limit: 255 } },
    ]);
    const unknown = await asAdmin('GET', '/users?sort=password');
    expect(unknown.json<{ errors: { values: object }[] }>().errors).toMatchObject([
      { reason: 'sort-unknown', values: { known: expect.stringContaining('username') as unknown } },
    ]);
  });

  it.each(['a\u0000b', 'a\ud800b'])('refuses the text %j, which the database cannot keep', async (text) => {
    const user = { username: 'odd', email: 'odd@example.com', realname: 'odd', password: PASSWORD };
    const rule = { tag_selectors: [{ kind: 'doublestar', decoration: 'matches', pattern: text }] };
    for (const [method, path, body] of [
      ['POST', '/users', { ...user, comment: text }],
      ['POST', '/labels', { name: text, scope: 'g' }],
      ['POST', '/usergroups', { group_name: 'odd', group_type: 1, ldap_group_dn: text }],
      ['POST', '/projects/team/immutabletagrules', rule],
      ['PUT', '/configurations', { banner_message: text }],
    ] as const) {
      const answer = await asAdmin(method, path, body);
      expect([answer.status, codeOf(answer)], path).toEqual([400, 'BAD_REQUEST']);
    }
    expect((await asAdmin('DELETE', '/projects/team/metadatas/%00')).status).toBe(404);
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

it('nothing failed inside the server', () => {
  expect(server.failures).toEqual([]);
});
