import { randomBytes } from 'node:crypto';
import { createJobStates } from '@berth/database';
import { useTestDatabase } from '@berth/database/testing';
import { unnamed } from '@berth/oci';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { rollDailyNumbers } from '../../../jobs/roll-daily-numbers.ts';
import { apiCalls } from '../../testing/api-calls.ts';
import { IdentityTestServer } from '../../testing/identity-test-server.ts';
import { Pusher } from '../../testing/pushed-content.ts';

const database = useTestDatabase();
const server = new IdentityTestServer();
const { asAdmin, ask } = apiCalls(server);
const KIB = 1024;
const today = (): string => new Date().toISOString().slice(0, 10);
let pusher: Pusher;

beforeAll(async () => {
  await server.start(database.url);
  const admin = await server.addUser('admin', true);
  await server.addMembers(await server.addProject('team', admin));
  await server.addProject('other', admin);
  pusher = new Pusher(server);
});
afterAll(async () => {
  expect(server.failures).toEqual([]);
  await server.stop();
});

async function roll(): Promise<void> {
  await server.traffic.flush();
  await rollDailyNumbers(server.policy.daily).run(new AbortController().signal);
}

interface Day {
  day: string;
  logical?: number;
  physical?: number;
  pulls: number;
  pushes: number;
  pulled_bytes: number;
  pushed_bytes: number;
  reclaimed: number;
}

async function lastDay(path = '/statistics/daily'): Promise<Day | undefined> {
  return (await asAdmin('GET', path)).json<Day[]>().at(-1);
}

describe('numbers by day', () => {
  it('count pulls, pushes and bytes once, at every level, however often they are rolled', async () => {
    const image = await pusher.image('team/app', 'v1', { layers: [randomBytes(10 * KIB)] });
    await pusher.image('other/app', 'v1', { layers: [randomBytes(4 * KIB)] });
    const pull = (): Promise<unknown> => server.ask('GET', `/v2/team/app/manifests/v1`, { as: 'admin' });
    await pull();
    await pull();
    const layers = (await asAdmin('GET', '/projects/team/repositories/app/artifacts/v1/layers')).json<
      { digest?: string; size: number }[]
    >();
    const layer = layers.find(({ size }) => size === 10 * KIB);
    await server.ask('GET', `/v2/team/app/blobs/${layer?.digest}`, { as: 'admin' });
    await server.ask('GET', `/v2/team/app/blobs/${layer?.digest}`, { as: 'admin', headers: { range: 'bytes=0-99' } });
    await roll();
    await roll();
    await pull();
    await roll();
    const configs = image.totalSize - image.size - 10 * KIB;
    const team = await lastDay('/projects/team/statistics/daily');
    expect(team).toMatchObject({ day: today(), pulls: 3, pushes: 1, pulled_bytes: 10 * KIB + 100, pushed_bytes: 10 * KIB + configs });
    expect(team?.logical).toBe(10 * KIB + configs);
    expect(await lastDay()).toMatchObject({ pulls: 3, pushes: 2 });
    expect((await lastDay())?.logical).toBe((team?.logical ?? 0) + ((await lastDay('/projects/other/statistics/daily'))?.logical ?? 0));
    expect((await asAdmin('GET', '/statistics/top?of=pulls')).json()).toEqual([{ name: 'team/app', value: 3 }]);
    expect((await asAdmin('GET', '/projects/other/statistics/top?of=pushes')).json()).toEqual([{ name: 'other/app', value: 1 }]);
    expect((await asAdmin('GET', '/statistics/projects')).json()).toEqual([
      { name: 'team', days: [{ day: today(), value: team?.logical }] },
      { name: 'other', days: [{ day: today(), value: expect.any(Number) }] },
    ]);
  });

  it('count on a new day from nothing, and show the days that are asked for', async () => {
    await server.knex.raw(`update daily_numbers set day = day - 1`);
    await roll();
    await server.ask('GET', '/v2/team/app/manifests/v1', { as: 'admin' });
    await roll();
    const days = (await asAdmin('GET', '/projects/team/statistics/daily')).json<Day[]>();
    expect(days.map(({ pulls, pushes }) => [pulls, pushes])).toEqual([
      [3, 1],
      [1, 0],
    ]);
    expect((await asAdmin('GET', `/projects/team/statistics/daily?from=${today()}`)).json<Day[]>()).toHaveLength(1);
  });

  it('tell what collection let go, and how jobs went', async () => {
    await pusher.blob('team/app', randomBytes(7 * KIB));
    await server.knex.raw(`update repository_blobs set lease_until = lease_until - interval '2 days'`);
    await server.collection.collector.sweep(new AbortController().signal);
    expect((await lastDay())?.reclaimed).toBe(7 * KIB);
    const states = createJobStates(server.knex);
    await states.announce([{ name: 'some-job', schedule: '* * * * *' }]);
    for (const [seconds, problem] of [
      [1, undefined],
      [3, unnamed('no')],
      [2, undefined],
    ] as const)
      await states.ended('some-job', { seconds, problem });
    expect((await asAdmin('GET', '/statistics/jobs')).json()).toEqual([
      { day: today(), job: 'some-job', runs: 3, failures: 1, seconds: 6, longest: 3 },
    ]);
  });

  it('are kept for two years', async () => {
    await server.knex.raw(
      `insert into daily_numbers values ('registry:pulls', current_date - 800, 0, 5), ('registry:pulls', current_date - 700, 0, 6)`,
    );
    await server.knex.raw(`insert into job_days (day, job) values (current_date - 800, 'old')`);
    await roll();
    const [{ days }] = (await server
      .knex('daily_numbers')
      .where('value', '>=', 5)
      .where('measure', 'registry:pulls')
      .where('day', '<', '2026-01-01')
      .count('* as days')) as [{ days: number }];
    expect(days).toBe(1);
    expect(await server.knex('job_days').where({ job: 'old' })).toEqual([]);
  });

  it('refuse what is no range, and who may not see', async () => {
    for (const query of [
      'from=2026-02-31',
      'from=yesterday',
      'from=2026-05-02&to=2026-05-01',
      'from=2020-01-01&to=2026-01-01',
      'from=2026-13-01',
    ])
      expect([400, 422], query).toContain((await asAdmin('GET', `/statistics/daily?${query}`)).status);
    expect((await ask('GET', '/statistics/daily', { as: 'developer' })).status).toBe(403);
    expect((await ask('GET', '/projects/other/statistics/daily', { as: 'developer' })).status).toBe(403);
    expect((await ask('GET', '/projects/team/statistics/daily', { as: 'limitedGuest' })).status).toBe(200);
  });
});
