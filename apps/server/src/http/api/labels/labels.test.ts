import { useTestDatabase } from '@berth/database/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { apiCalls } from '../../testing/api-calls.ts';
import type { Answer } from '../../testing/ask.ts';
import { IdentityTestServer } from '../../testing/identity-test-server.ts';
import { Pusher } from '../../testing/pushed-content.ts';

const database = useTestDatabase();
const server = new IdentityTestServer();
const push = new Pusher(server);
const { ask } = apiCalls(server);

beforeAll(async () => {
  await server.start(database.url);
  const admin = await server.addUser('admin', true);
  const team = await server.addProject('team', admin);
  await server.addMembers(team);
  await server.addProject('other', admin);
}, 60_000);
afterAll(() => server.stop());
beforeEach(() => server.passFiveSeconds());

const at = (repository: string, rest = ''): string =>
  `/projects/team/repositories/${encodeURIComponent(encodeURIComponent(repository))}${rest}`;
const as = (user: string) => ({ as: user });

describe('labels', () => {
  it('of the whole registry are changed by robots of the system that were given the right', async () => {
    const access = ['create', 'update', 'delete'].map((action) => ({ resource: 'label', action }));
    const permissions = [{ kind: 'system', namespace: '/', access }];
    const robot = await ask('POST', '/robots', { ...as('admin'), body: { name: 'labels', level: 'system', duration: 1, permissions } });
    const { name, secret: password } = robot.json<{ name: string; secret: string }>();
    const made = await ask('POST', '/labels', { as: name, password, body: { name: 'of a robot', scope: 'g' } });
    expect(made.status, made.text).toBe(201);
    const path = String(made.headers.location).replace('/api/v2.0', '');
    expect((await ask('PUT', path, { as: name, password, body: { name: 'again of a robot' } })).status).toBe(200);
    expect((await ask('DELETE', path, { as: name, password })).status).toBe(200);
  });

  it('are global or of a project, put on artifacts and found by them', async () => {
    await push.image('team/labelled', 'v1');
    const create = (user: string, body: object) => ask('POST', '/labels', { ...as(user), body });
    const team = (await ask('GET', '/projects/team', as('admin'))).json<{ project_id: number }>().project_id;
    expect((await create('projectAdmin', { name: 'g', scope: 'g' })).status).toBe(403);
    const global = await create('admin', { name: 'stable', scope: 'g', color: '#00AB9A' });
    expect([global.status, (await create('admin', { name: 'stable', scope: 'g' })).status]).toEqual([201, 409]);
    const own = await create('maintainer', { name: 'stable', scope: 'p', project_id: team });
    expect(own.status).toBe(201);
    expect((await create('developer', { name: 'x', scope: 'p', project_id: team })).status).toBe(403);
    const foreignProject = (await ask('GET', '/projects/other', as('admin'))).json<{ project_id: number }>().project_id;
    const foreign = await create('admin', { name: 'foreign', scope: 'p', project_id: foreignProject });
    for (const body of [{}, { name: 'x' }, { name: 'x', scope: 'p' }, { name: 'x', scope: 'g', color: 'red;background:url(x)' }])
      expect((await create('admin', body)).status).toBe(400);
    const idOf = (answer: Answer): number => Number(answer.headers.location?.split('/').at(-1));
    const put = (id: number) => ask('POST', at('labelled', '/artifacts/v1/labels'), { ...as('developer'), body: { id } });
    expect([(await put(idOf(global))).status, (await put(idOf(global))).status, (await put(idOf(own))).status]).toEqual([200, 409, 200]);
    expect([(await put(idOf(foreign))).status, (await put(999_999)).status]).toEqual([404, 404]);
    const statuses = (method: string, body?: object) =>
      Promise.all(
        (method === 'DELETE' ? ['limitedGuest', 'guest', 'developer'] : ['limitedGuest', 'guest', 'developer', 'maintainer', 'admin']).map(
          async (user) => (await ask(method, `/labels/${idOf(own)}`, { ...as(user), ...(body === undefined ? {} : { body }) })).status,
        ),
      );
    expect(await statuses('GET')).toEqual([404, 200, 200, 200, 200]);
    expect(await statuses('PUT', {})).toEqual([404, 403, 403, 200, 200]);
    expect(await statuses('DELETE')).toEqual([404, 403, 403]);
    expect((await ask('GET', `/labels/${idOf(foreign)}`, as('developer'))).status).toBe(404);
    expect((await ask('DELETE', `/labels/${idOf(foreign)}`, as('projectAdmin'))).status).toBe(404);
    const q = encodeURIComponent(`labels=(${idOf(global)} ${idOf(own)})`);
    const found = (await ask('GET', at('labelled', `/artifacts?q=${q}&with_label=true`), as('guest'))).json<{ labels: object[] }[]>();
    expect(found[0]?.labels).toMatchObject([
      { name: 'stable', scope: 'g', project_id: 0, color: '#00AB9A' },
      { name: 'stable', scope: 'p', project_id: team },
    ]);
    expect((await ask('DELETE', at('labelled', `/artifacts/v1/labels/${idOf(own)}`), as('developer'))).status).toBe(200);
    expect((await ask('DELETE', at('labelled', `/artifacts/v1/labels/${idOf(own)}`), as('developer'))).status).toBe(404);
    expect(
      (await ask('PUT', `/labels/${idOf(own)}`, { ...as('maintainer'), body: { name: 'renamed', scope: 'g', project_id: 0 } })).status,
    ).toBe(200);
    expect((await ask('GET', `/labels?scope=p&project_id=${team}`, as('guest'))).json()).toMatchObject([{ name: 'renamed', scope: 'p' }]);
    expect((await ask('DELETE', `/labels/${idOf(global)}`, as('admin'))).status).toBe(200);
    expect((await ask('GET', at('labelled', '/artifacts/v1?with_label=true'), as('guest'))).json()).toMatchObject({ labels: null });
  });
});

it('nothing failed inside the server', () => {
  expect(server.failures).toEqual([]);
});
