import { useTestDatabase } from '@berth/database/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { API, apiCalls, idFrom } from '../../testing/api-calls.ts';
import type { Answer } from '../../testing/ask.ts';
import { IdentityTestServer } from '../../testing/identity-test-server.ts';

const database = useTestDatabase();
const server = new IdentityTestServer();
const { ask } = apiCalls(server);
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

it('nothing failed inside the server', () => {
  expect(server.failures).toEqual([]);
});
