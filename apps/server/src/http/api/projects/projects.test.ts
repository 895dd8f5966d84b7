import { useTestDatabase } from '@berth/database/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { API, apiCalls, codeOf, idFrom } from '../../testing/api-calls.ts';
import type { Answer } from '../../testing/ask.ts';
import { IdentityTestServer } from '../../testing/identity-test-server.ts';

const database = useTestDatabase();
const server = new IdentityTestServer();
const { ask, asAdmin } = apiCalls(server);

const names = (answer: Answer): string[] => answer.json<{ name: string }[]>().map(({ name }) => name);

beforeAll(async () => {
  await server.start(database.url);
  const adminId = await server.addUser('admin', true);
  const team = await server.addProject('team', adminId);
  await server.addMembers(team);
  await server.addUser('outsider');
});
afterAll(() => server.stop());
beforeEach(() => server.passFiveSeconds());

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

  it('are not created in the place of a proxy cache', async () => {
    const create = (registry_id: number | null) => asAdmin('POST', '/projects', { project_name: 'mirror', registry_id });
    const refused = await create(1);
    expect([refused.status, codeOf(refused), refused.text]).toEqual([501, 'NOT_IMPLEMENTED', expect.stringContaining('no-proxy-caches')]);
    expect((await asAdmin('GET', '/projects/mirror')).status).toBe(404);
    for (const none of [null, 0]) {
      const id = idFrom(await create(none));
      expect((await asAdmin('DELETE', `/projects/${id}`)).status).toBe(200);
    }
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

it('nothing failed inside the server', () => {
  expect(server.failures).toEqual([]);
});
