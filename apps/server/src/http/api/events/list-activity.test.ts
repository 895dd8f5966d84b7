import { useTestDatabase } from '@berth/database/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { apiCalls } from '../../testing/api-calls.ts';
import { IdentityTestServer } from '../../testing/identity-test-server.ts';
import { Pusher } from '../../testing/pushed-content.ts';

interface Told {
  readonly id: number;
  readonly kind: string;
  readonly repository: string;
  readonly tag?: string;
  readonly actor: string;
}

const database = useTestDatabase();
const server = new IdentityTestServer();
const { ask, asAdmin } = apiCalls(server);
let otherId = 0;

beforeAll(async () => {
  await server.start(database.url);
  const admin = await server.addUser('admin', true);
  await server.addMembers(await server.addProject('team', admin));
  otherId = await server.addProject('other', admin);
  await server.addUser('stranger');
  const pusher = new Pusher(server);
  await pusher.image('team/one', 'v1');
  await pusher.image('team/two', 'v1');
  await pusher.image('other/secret', 'v1');
  expect((await asAdmin('DELETE', '/projects/team/repositories/one/artifacts/v1/tags/v1')).status).toBe(200);
});
afterAll(() => server.stop());

async function list(
  as: string,
  query = '',
): Promise<{ readonly told: readonly string[]; readonly total: number; readonly items: readonly Told[] }> {
  const answer = await ask('GET', `/activity${query}`, { as });
  expect(answer.status, answer.text).toBe(200);
  const items = answer.json<Told[]>();
  const told = items.map(({ kind, repository, tag }) => `${kind} ${repository}:${tag ?? ''}`);
  return { told, total: Number(answer.headers['x-total-count']), items };
}

const OF_TEAM = ['tag deleted team/one:v1', 'manifest pushed team/two:v1', 'manifest pushed team/one:v1'];

it('tells everybody what happened in the repositories that he may see, newest first', async () => {
  expect((await list('guest')).told).toEqual(OF_TEAM);
  expect((await list('admin')).told).toEqual([OF_TEAM[0], 'manifest pushed other/secret:v1', ...OF_TEAM.slice(1)]);
  expect((await list('guest')).items[0]).toMatchObject({ id: expect.any(Number), actor: 'admin', time: expect.any(String) });
  expect((await list('stranger')).told).toEqual([]);
  expect((await list('stranger', '?q=project=other')).told).toEqual([]);
});

it('finds by project, repository, kind, name and time, in pages', async () => {
  const found = async (q: string): Promise<readonly string[]> => (await list('admin', `?q=${encodeURIComponent(q)}`)).told;
  expect(await found('project=other')).toEqual(['manifest pushed other/secret:v1']);
  expect(await found('repository=team/two')).toEqual(['manifest pushed team/two:v1']);
  expect(await found('repository=~/on')).toEqual([OF_TEAM[0], OF_TEAM[2]]);
  expect(await found('kind=tag deleted,project=team')).toEqual([OF_TEAM[0]]);
  expect(await found('kind=~pushed,actor=admin,repository=~team')).toEqual([OF_TEAM[1], OF_TEAM[2]]);
  expect(await found('actor=nobody')).toEqual([]);
  expect(await found('time=[2000-01-01~2000-01-02]')).toEqual([]);
  expect((await list('admin', '?page=2&page_size=3')).told).toEqual([OF_TEAM[2]]);
  expect((await list('admin', '?page=2&page_size=3')).total).toBe(4);
});

it('refuses nobody, and conditions that it does not know', async () => {
  expect((await server.ask('GET', '/api/v2.0/activity')).status).toBe(401);
  for (const q of ['tag=v1', 'time=[yesterday~]']) expect((await ask('GET', `/activity?q=${q}`, { as: 'guest' })).status).toBe(400);
  expect((await ask('GET', '/activity?sort=actor', { as: 'guest' })).status).toBe(400);
});

it('tells nothing of a project that is gone, and of a repository that is gone that it is', async () => {
  expect((await asAdmin('DELETE', '/projects/other/repositories/secret')).status).toBe(200);
  expect((await list('admin', '?q=project=other')).told[0]).toBe('repository deleted other/secret:');
  expect((await asAdmin('DELETE', `/projects/${otherId}`)).status).toBe(200);
  expect((await list('admin')).told).toEqual(OF_TEAM);
});
