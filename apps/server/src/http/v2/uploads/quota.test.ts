import { createHash, randomBytes } from 'node:crypto';
import { useTestDatabase } from '@berth/database/testing';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { apiCalls } from '../../testing/api-calls.ts';
import { type Answer, basic, PASSWORD } from '../../testing/ask.ts';
import { IdentityTestServer } from '../../testing/identity-test-server.ts';

const database = useTestDatabase();
const server = new IdentityTestServer();
const { asAdmin } = apiCalls(server);
const KIB = 1024;
let projects = 0;

beforeAll(async () => {
  await server.start(database.url);
  await server.addUser('admin', true);
});
afterAll(() => server.stop());
afterEach(async () => {
  // Used is what is linked, at every moment; nothing is left to reconcile.
  expect(await server.policy.quotas.reconcile()).toEqual([]);
  expect(server.failures).toEqual([]);
});

interface Team {
  readonly id: number;
  readonly name: string;
}

async function newTeam(hard: number): Promise<Team> {
  const name = `team${++projects}`;
  const created = await asAdmin('POST', '/projects', { project_name: name, storage_limit: hard });
  return { id: Number(created.headers.location?.split('/').at(-1)), name };
}

async function used({ id }: Team): Promise<number> {
  return (await asAdmin('GET', `/quotas/${id}`)).json<{ used: { storage: number } }>().used.storage;
}

const digestOf = (bytes: Buffer): string => `sha256:${createHash('sha256').update(bytes).digest('hex')}`;

function push(repository: string, bytes: Buffer): Promise<Answer> {
  return server.ask('POST', `/v2/${repository}/blobs/uploads/?digest=${digestOf(bytes)}`, { as: 'admin', bytes });
}

/** As docker does: an upload, a stream without a length, and the digest at the end. */
async function pushStreamed(repository: string, bytes: Buffer): Promise<Answer> {
  const started = await server.ask('POST', `/v2/${repository}/blobs/uploads/`, { as: 'admin' });
  const location = started.headers.location ?? '';
  const patched = await fetch(server.url + location, {
    method: 'PATCH',
    headers: { authorization: basic('admin', PASSWORD) },
    body: new Blob([bytes]).stream(),
    duplex: 'half',
  } as RequestInit);
  if (patched.status !== 202) return { ...started, status: patched.status, text: await patched.text() };
  return server.ask('PUT', `${location}?digest=${digestOf(bytes)}`, { as: 'admin' });
}

describe('a quota', () => {
  it('refuses in words what does not fit, and takes what does', async () => {
    const team = await newTeam(10 * KIB);
    expect((await push(`${team.name}/app`, randomBytes(6 * KIB))).status).toBe(201);
    const answer = await push(`${team.name}/app`, randomBytes(5 * KIB));
    expect(answer.status).toBe(403);
    expect(answer.json<{ errors: object[] }>().errors[0]).toMatchObject({
      code: 'DENIED',
      message: expect.stringContaining('The quota of this project is 10.0 KiB: 6.00 KiB are used, and this needs 5.00 KiB more.'),
      detail: { used: 6 * KIB, hard: 10 * KIB, needed: 5 * KIB },
    });
    expect((await push(`${team.name}/app`, randomBytes(4 * KIB))).status).toBe(201);
    expect(await used(team)).toBe(10 * KIB);
  });

  it('refuses a stream without a length while it comes, and keeps nothing of it', async () => {
    const team = await newTeam(10 * KIB);
    expect((await pushStreamed(`${team.name}/app`, randomBytes(64 * KIB))).status).toBe(403);
    const rows = await server.knex('upload_sessions').count('* as left');
    expect(rows).toEqual([{ left: 0 }]);
    expect((await pushStreamed(`${team.name}/app`, randomBytes(10 * KIB))).status).toBe(201);
    expect(await used(team)).toBe(10 * KIB);
  });

  it('counts a blob once per project, whichever repositories have it, also when it is full', async () => {
    const [team, other] = [await newTeam(10 * KIB), await newTeam(10 * KIB)];
    const bytes = randomBytes(10 * KIB);
    for (const name of ['one', 'two']) expect((await push(`${team.name}/${name}`, bytes)).status).toBe(201);
    const mount = (name: string, from: string): Promise<Answer> =>
      server.ask('POST', `/v2/${name}/blobs/uploads/?mount=${digestOf(bytes)}&from=${from}`, { as: 'admin' });
    expect((await mount(`${team.name}/three`, `${team.name}/one`)).status).toBe(201);
    expect((await mount(`${other.name}/app`, `${team.name}/one`)).status).toBe(201);
    expect([await used(team), await used(other)]).toEqual([10 * KIB, 10 * KIB]);
    const full = await newTeam(9 * KIB);
    expect((await mount(`${full.name}/app`, `${team.name}/one`)).status).toBe(403);
    expect(await used(full)).toBe(0);
  });

  it('is exact at its edge under 50 parallel pushes, and never refuses wrongly after space is freed', async () => {
    const team = await newTeam(100 * KIB);
    const offered = Array.from({ length: 50 }, () => randomBytes(4 * KIB));
    const answers = await Promise.all(offered.map((bytes, index) => push(`${team.name}/app${index % 7}`, bytes)));
    const taken = answers.filter(({ status }) => status === 201);
    expect(taken.length).toBe(25);
    expect(answers.filter(({ status }) => status === 403).length).toBe(25);
    expect(await used(team)).toBe(100 * KIB);
    const index = answers.findIndex(({ status }) => status === 201);
    const freed = await server.ask('DELETE', `/v2/${team.name}/app${index % 7}/blobs/${digestOf(offered[index] as Buffer)}`, {
      as: 'admin',
    });
    expect(freed.status, freed.text).toBe(202);
    const again = await Promise.all(Array.from({ length: 10 }, () => push(`${team.name}/late`, randomBytes(4 * KIB))));
    expect(again.filter(({ status }) => status === 201).length).toBe(1);
    expect(await used(team)).toBe(100 * KIB);
  }, 60_000);

  it('gives back what no manifest came to use, an hour after the last activity', async () => {
    const team = await newTeam(10 * KIB);
    const bytes = randomBytes(8 * KIB);
    expect((await push(`${team.name}/app`, bytes)).status).toBe(201);
    await server.collection.collector.sweep(new AbortController().signal);
    expect(await used(team)).toBe(8 * KIB);
    await server.knex.raw(`update repository_blobs set lease_until = lease_until - interval '61 minutes'`);
    await server.collection.collector.sweep(new AbortController().signal);
    expect(await used(team)).toBe(0);
    expect((await server.ask('HEAD', `/v2/${team.name}/app/blobs/${digestOf(bytes)}`, { as: 'admin' })).status).toBe(404);
    expect((await push(`${team.name}/app`, bytes)).status).toBe(201);
  });

  it('tells of filling up to 85 % and of a refusal, once', async () => {
    const team = await newTeam(100 * KIB);
    for (const size of [80, 6, 5]) expect((await push(`${team.name}/app`, randomBytes(size * KIB))).status).toBe(201);
    for (let count = 0; count < 3; count += 1) expect((await push(`${team.name}/app`, randomBytes(20 * KIB))).status).toBe(403);
    const events = await server.knex('project_events').where({ project_id: team.id }).orderBy('id').select('kind', 'detail');
    expect(events).toEqual([
      { kind: 'quota warning', detail: { used: 86 * KIB, hard: 100 * KIB } },
      { kind: 'quota exceeded', detail: { used: 91 * KIB, hard: 100 * KIB, needed: 20 * KIB } },
    ]);
    const listed = (query: string): Promise<Answer> => asAdmin('GET', `/projects/${team.name}/quota/events${query}`);
    const all = await listed('');
    expect(all.headers['x-total-count']).toBe('2');
    expect(all.json()).toMatchObject([
      { kind: 'quota exceeded', used: 91 * KIB, hard: 100 * KIB, needed: 20 * KIB },
      { kind: 'quota warning', used: 86 * KIB, hard: 100 * KIB },
    ]);
    expect((await listed('?page=2&page_size=1')).json()).toMatchObject([{ kind: 'quota warning' }]);
    expect((await asAdmin('GET', `/projects/${(await newTeam(0)).name}/quota/events`)).json()).toEqual([]);
  });

  it('comes from the setting, is listed and changed by administrators, and counts nothing while it is off', async () => {
    await asAdmin('PUT', '/configurations', { storage_per_project: 3 * KIB });
    const team = await newTeam(0);
    const { id } = team;
    expect((await asAdmin('GET', `/quotas/${id}`)).json()).toMatchObject({
      id,
      ref: { id, name: team.name, owner_name: 'admin' },
      hard: { storage: 3 * KIB },
    });
    expect((await push(`${team.name}/app`, randomBytes(4 * KIB))).status).toBe(403);
    await asAdmin('PUT', '/configurations', { quota_per_project_enable: false });
    expect((await push(`${team.name}/app`, randomBytes(4 * KIB))).status).toBe(201);
    await asAdmin('PUT', '/configurations', { quota_per_project_enable: true, storage_per_project: -1 });
    for (const hard of [{ storage: 0 }, { storage: '1' }, {}, { storage: 2 ** 60 }]) {
      expect((await asAdmin('PUT', `/quotas/${id}`, { hard })).status).toBe(400);
    }
    expect((await asAdmin('PUT', `/quotas/${id}`, { hard: { storage: -1 } })).status).toBe(200);
    expect((await asAdmin('PUT', '/quotas/999999', { hard: { storage: 5 } })).status).toBe(404);
    const list = (await asAdmin('GET', '/quotas?sort=-used.storage&page_size=2')).json<{ used: { storage: number } }[]>();
    expect(list[0]?.used.storage).toBeGreaterThan(list[1]?.used.storage ?? 0);
    const filled = (await asAdmin('GET', '/quotas?sort=-filled&page_size=100')).json<
      { used: { storage: number }; hard: { storage: number } }[]
    >();
    const parts = filled.map(({ used, hard }) => (hard.storage > 0 ? used.storage / hard.storage : -1));
    expect(parts).toEqual([...parts].sort((a, b) => b - a));
    expect(parts.some((part) => part > 0) && parts.includes(-1)).toBe(true);
    expect((await asAdmin('GET', `/quotas?reference=project&reference_id=${id}`)).json()).toMatchObject([{ id }]);
    expect((await asAdmin('GET', `/projects/${team.name}/summary`)).json()).toMatchObject({
      quota: { hard: { storage: -1 }, used: { storage: 4 * KIB } },
    });
  });

  it('counted wrongly by hand is put right and told', async () => {
    const team = await newTeam(-1);
    await push(`${team.name}/app`, randomBytes(KIB));
    await server.knex('project_quotas').where({ project_id: team.id }).update({ used_bytes: 7 });
    expect(await server.policy.quotas.reconcile()).toEqual([{ projectId: team.id, countedBytes: 7, linkedBytes: KIB }]);
    expect(await used(team)).toBe(KIB);
  });
});
