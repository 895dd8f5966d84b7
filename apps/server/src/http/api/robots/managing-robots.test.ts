import { describe, expect, it } from 'vitest';
import { codeOf } from '../../testing/api-calls.ts';
import { useRobotScene, words } from './testing/robot-scene.ts';

const scene = useRobotScene();
const { server } = scene;
const { ask, asAdmin } = scene.calls;

describe('managing', () => {
  it('lists, changes, refreshes and removes', async () => {
    const made = await scene.make(scene.projectRobot(['repository:pull']));
    const q = encodeURIComponent(`Level=project,ProjectID=${scene.projectId}`);
    const list = await asAdmin('GET', `/robots?q=${q}`);
    expect(list.headers['x-total-count']).toBe('1');
    expect(list.json()).toMatchObject([{ id: made.id, name: made.name }]);
    const named = async (condition: string) =>
      (await asAdmin('GET', `/robots?q=${encodeURIComponent(`Level=project,ProjectID=${scene.projectId},name=${condition}`)}`)).headers[
        'x-total-count'
      ];
    for (const name of ['ci', made.name, `${made.name.slice('robot$'.length)}`, '~c', '~robot$', '~+ci'])
      expect(await named(name), name).toBe('1');
    for (const name of ['c', '~other', '~__']) expect(await named(name), name).toBe('0');
    expect((await asAdmin('GET', '/robots?page_size=100')).json<{ level: string }[]>().every(({ level }) => level === 'system')).toBe(true);
    const change = { ...scene.projectRobot(['repository:push']), name: made.name, description: 'pushes', duration: -1 };
    expect((await asAdmin('PUT', `/robots/${made.id}`, change)).status).toBe(200);
    expect((await asAdmin('GET', `/robots/${made.id}`)).json()).toMatchObject({ description: 'pushes', duration: -1, expires_at: -1 });
    expect((await scene.push(made.name, made.secret)).status).toBe(201);
    expect((await asAdmin('PUT', `/robots/${made.id}`, { ...change, name: 'other' })).status).toBe(400);
    expect((await asAdmin('PUT', `/robots/${made.id}`, { ...change, level: 'system' })).status).toBe(400);
    const fresh = (await asAdmin('PATCH', `/robots/${made.id}`, {})).json<{ secret: string }>().secret;
    expect((await scene.push(made.name, fresh)).status).toBe(201);
    expect((await asAdmin('PATCH', `/robots/${made.id}`, { secret: 'Chosen-Secret-1' })).json()).toEqual({ secret: '' });
    expect((await scene.push(made.name, 'Chosen-Secret-1')).status).toBe(201);
    expect((await asAdmin('DELETE', `/robots/${made.id}`)).status).toBe(200);
    expect((await asAdmin('GET', `/robots/${made.id}`)).status).toBe(404);
  });

  it('gives its secret to nobody who has less than it', async () => {
    const made = await scene.make(scene.projectRobot(['repository:push', 'repository:pull']));
    const keeper = await server.addUser(`keeper-${scene.name}`);
    const permissions = words('project:read', 'robot:read', 'robot:update');
    const role = await asAdmin('POST', '/roles', { name: `keeper ${scene.name}`, permissions });
    const roleId = Number(String(role.headers.location).split('/').at(-1));
    const member = { role_id: roleId, member_user: { user_id: keeper } };
    expect((await asAdmin('POST', `/projects/${scene.name}/members`, member)).status).toBe(201);
    const refused = await ask('PATCH', `/robots/${made.id}`, { as: `keeper-${scene.name}`, body: {} });
    expect([refused.status, codeOf(refused)]).toEqual([403, 'FORBIDDEN']);
    expect((await scene.push(made.name, made.secret)).status).toBe(201);
    const narrowed = await asAdmin('POST', '/users/current/tokens', {
      name: `narrowed ${scene.name}`,
      permissions: [{ kind: 'project', namespace: scene.name, access: permissions }],
    });
    const { secret: password } = narrowed.json<{ secret: string }>();
    expect((await ask('PATCH', `/robots/${made.id}`, { as: 'admin', password, body: {} })).status).toBe(403);
  });

  it('answers for a robot of another project like for none', async () => {
    const made = await scene.make(scene.projectRobot(['repository:pull']));
    await server.addUser(`stranger-${scene.name}`);
    for (const [method, body] of [
      ['GET', undefined],
      ['PUT', scene.projectRobot(['repository:pull'])],
      ['PATCH', {}],
      ['DELETE', undefined],
    ] as const) {
      const options = { as: `stranger-${scene.name}`, ...(body === undefined ? {} : { body }) };
      const foreign = await ask(method, `/robots/${made.id}`, options);
      const absent = await ask(method, '/robots/999999', options);
      expect([foreign.status, foreign.text]).toEqual([403, absent.text]);
    }
    expect((await ask('GET', `/robots?q=Level=project,ProjectID=${scene.projectId}`, { as: `stranger-${scene.name}` })).status).toBe(403);
    expect((await asAdmin('GET', `/robots/${made.id}`)).status).toBe(200);
  });

  it('changes no column that a body should not reach', async () => {
    const made = await scene.make(scene.projectRobot(['repository:pull']));
    const before = await server.knex('robots').where({ id: made.id }).first<Record<string, unknown>>();
    const extra = {
      id: 1,
      project_id: 1,
      secret_hash: 'x',
      secret: 'Other-Secret-1',
      credential_version: 99,
      creator_id: 1,
      creator_kind: 'robot',
    };
    expect(
      (await asAdmin('PUT', `/robots/${made.id}`, { ...scene.projectRobot(['repository:pull'], { name: undefined }), ...extra })).status,
    ).toBe(200);
    const after = await server.knex('robots').where({ id: made.id }).first<Record<string, unknown>>();
    expect({ ...after, updated_at: 0 }).toEqual({ ...before, updated_at: 0 });
  });

  it('warns once before a robot expires', async () => {
    await scene.make(scene.projectRobot(['repository:pull'], { name: 'soon', duration: 5 }));
    await scene.make(scene.projectRobot(['repository:pull'], { name: 'later', duration: 30 }));
    await scene.make(scene.projectRobot(['repository:pull'], { name: 'off', duration: 5, disable: true }));
    while ((await server.stores.robots.warnBeforeExpiry(7)) > 0);
    const events = await server.knex('account_events').where({ project_id: scene.projectId });
    expect(events).toMatchObject([{ kind: 'robot.expiring', detail: { name: 'soon' } }]);
  });
});

it('nothing failed inside the server', () => {
  expect(server.failures).toEqual([]);
});
