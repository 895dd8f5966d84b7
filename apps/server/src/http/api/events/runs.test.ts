import { useTestDatabase } from '@berth/database/testing';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { apiCalls, idFrom } from '../../testing/api-calls.ts';
import { EventStream } from '../../testing/event-stream.ts';
import { IdentityTestServer } from '../../testing/identity-test-server.ts';

const database = useTestDatabase();
const server = new IdentityTestServer();
const { asAdmin } = apiCalls(server);
const never = new AbortController().signal;
const open: EventStream[] = [];
const ids = { team: 0, other: 0, maintainer: 0 };

beforeAll(async () => {
  await server.start(database.url);
  const admin = await server.addUser('admin', true);
  ids.team = await server.addProject('team', admin);
  ids.maintainer = (await server.addMembers(ids.team)).maintainer.memberId;
  ids.other = await server.addProject('other', admin);
});
afterEach(() => {
  for (const stream of open.splice(0)) stream.close();
  expect(server.failures).toEqual([]);
});
afterAll(() => server.stop());

async function watch(query: string, as: string): Promise<EventStream> {
  const stream = await EventStream.open(server, query, { as });
  open.push(stream);
  return stream;
}

/** What was told of one run, each state once. */
function states(stream: EventStream, event: string, id: number): readonly unknown[] {
  return [
    ...new Set(
      stream
        .of(event)
        .filter(({ data }) => data['id'] === id)
        .map(({ data }) => data['job_status'] ?? data['status']),
    ),
  ];
}

async function policyOf(projectId: number): Promise<number> {
  const policy = {
    algorithm: 'or',
    rules: [],
    trigger: { kind: 'Schedule', settings: { cron: '' } },
    scope: { level: 'project', ref: projectId },
  };
  return idFrom(await asAdmin('POST', '/retentions', policy));
}

const startRetention = async (policy: number): Promise<number> =>
  idFrom(await asAdmin('POST', `/retentions/${policy}/executions`, { dry_run: true }));

it('tells runs of collection to administrators, as their list has them', async () => {
  const stream = await watch('?topic=collection', 'admin');
  const id = await server.collection.runs.start({ dryRun: true, deleteUntagged: false }, 'user:1');
  await stream.until(() => states(stream, 'collection', id).includes('Pending'));
  await server.collection.runs.work(never);
  await stream.until(() => states(stream, 'collection', id).includes('Success'));
  const listed = (await asAdmin('GET', `/system/gc/${id}`)).json();
  expect(stream.of('collection').at(-1)?.data).toEqual(listed);
  expect(stream.of('work')).toEqual([]);
});

it('tells runs of retention to those who may see the retention of the project, and of the project asked for', async () => {
  const [team, other] = [await policyOf(ids.team), await policyOf(ids.other)];
  const [all, one] = [await watch('?topic=retention', 'admin'), await watch('?topic=retention&project=other', 'admin')];
  const [maintainer, guest] = [await watch('?topic=retention', 'maintainer'), await watch('?topic=retention', 'guest')];
  const runs = { team: await startRetention(team), other: await startRetention(other) };
  await all.until(() => states(all, 'retention', runs.other).includes('Pending'));
  await server.policy.retentionRuns.work(never);
  await all.until(() => [runs.team, runs.other].every((id) => states(all, 'retention', id).includes('Success')));
  await one.until(() => states(one, 'retention', runs.other).includes('Success'));
  await maintainer.until(() => states(maintainer, 'retention', runs.team).includes('Success'));
  const [shown] = (await asAdmin('GET', `/retentions/${team}/executions`)).json<object[]>();
  expect(all.of('retention').findLast(({ data }) => data['id'] === runs.team)?.data).toEqual({ ...shown, project: 'team' });
  expect(states(one, 'retention', runs.team)).toEqual([]);
  expect(states(maintainer, 'retention', runs.other)).toEqual([]);
  expect(guest.of('retention')).toEqual([]);

  // Who is no member any more is told nothing, within the seconds for which a stream remembers what it may tell.
  await server.stores.members.remove(ids.team, ids.maintainer);
  server.passFiveSeconds();
  const deadline = performance.now() + 10_000;
  for (;;) {
    const id = await startRetention(team);
    await all.until(() => states(all, 'retention', id).length > 0);
    // The same tick was handed to both streams; what the one may see is asked of the database meanwhile.
    await new Promise((resolve) => setTimeout(resolve, 300));
    if (states(maintainer, 'retention', id).length === 0) break;
    expect(performance.now()).toBeLessThan(deadline);
  }
}, 30_000);
