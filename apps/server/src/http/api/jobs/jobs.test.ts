import { createWorkRuns } from '@berth/database';
import { useTestDatabase } from '@berth/database/testing';
import { StorageFullError, Work, type WorkContext, type WorkKind } from '@berth/registry';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { jobTrouble } from '../../../jobs/job-trouble.ts';
import { purgeAuditWork } from '../../../work/purge-audit.ts';
import { apiCalls, codeOf, idFrom } from '../../testing/api-calls.ts';
import { IdentityTestServer } from '../../testing/identity-test-server.ts';

const database = useTestDatabase();
const server = new IdentityTestServer();
const { asAdmin } = apiCalls(server);
const forever = new AbortController().signal;

beforeAll(async () => {
  await server.start(database.url);
  await server.addUser('admin', true);
});
afterAll(() => server.stop());
beforeEach(async () => {
  await server.knex('work_runs').delete();
  await server.knex('work_schedules').delete();
});

/** What carries out one kind of work, in a process of its own. */
function process(kind: string, run: (context: WorkContext) => Promise<string>): Work {
  const kinds: WorkKind[] = [{ name: kind, run }];
  return new Work(createWorkRuns(server.knex), kinds);
}

async function one<T>(path: string): Promise<T> {
  const answer = await asAdmin('GET', path);
  expect(answer.status, answer.text).toBe(200);
  return answer.json<T>();
}

async function startFsck(): Promise<number> {
  return idFrom(await asAdmin('POST', '/jobs/storage-fsck/runs', { parameters: { mend: true, remove_orphans: null } }));
}

it('shows a run from its beginning to its end, with progress and log', async () => {
  const id = await startFsck();
  expect(await one(`/jobs/runs/${id}`)).toMatchObject({
    id,
    kind: 'storage-fsck',
    status: 'Pending',
    parameters: { mend: true },
    actor: 'admin',
  });
  let seen: unknown;
  await process('storage-fsck', async ({ parameters, report }) => {
    report({ phase: 'Looking', total: 10, totalBytes: 1000 });
    report({ done: 4, bytes: 400, lines: ['one', 'two'] });
    report({ done: 5, result: { problems: 1 } });
    seen = parameters;
    return 'All was seen.';
  }).work(forever);
  expect(seen).toEqual({ mend: true });
  expect(await one(`/jobs/runs/${id}`)).toMatchObject({
    ...{ status: 'Success', phase: 'Looking', done: 5, total: 10, bytes: 400, total_bytes: 1000, result: { problems: 1 } },
    ...{ start_time: expect.any(String), end_time: expect.any(String) },
  });
  expect((await asAdmin('GET', `/jobs/runs/${id}/log`)).text).toBe('one\ntwo\nAll was seen.\n');
  await startFsck();
  const list = await asAdmin('GET', '/jobs/runs?q=kind=storage-fsck,status=Success');
  expect([list.headers['x-total-count'], list.json<{ id: number }[]>().map((run) => run.id)]).toEqual(['1', [id]]);
  expect((await asAdmin('GET', '/jobs/runs?q=status=Odd')).status).toBe(400);
  const unknown = await asAdmin('POST', '/jobs/anything/runs', {});
  expect([unknown.status, codeOf(unknown)]).toEqual([404, 'NOT_FOUND']);
  expect((await asAdmin('POST', '/jobs/storage-scrub/runs', { parameters: { rate_mib: 0 } })).status).toBe(400);
});

it('tells why a run failed, and goes on with the next one afterwards', async () => {
  const failed = await startFsck();
  const broken = process('storage-fsck', async () => {
    throw new Error('the disk is gone');
  });
  await expect(broken.work(forever)).rejects.toThrow('the disk is gone');
  expect(await one(`/jobs/runs/${failed}`)).toMatchObject({ status: 'Error' });
  expect((await asAdmin('GET', `/jobs/runs/${failed}/log`)).text).toBe('Failed: the disk is gone\n');
  const next = await startFsck();
  await process('storage-fsck', async () => 'Done.').work(forever);
  expect(await one(`/jobs/runs/${next}`)).toMatchObject({ status: 'Success' });
});

it('stops a run that waits at once, and one that works after its step', async () => {
  const waiting = await startFsck();
  expect((await asAdmin('PUT', `/jobs/runs/${waiting}`)).status).toBe(200);
  expect(await one(`/jobs/runs/${waiting}`)).toMatchObject({ status: 'Stopped' });
  const id = await startFsck();
  await process('storage-fsck', async ({ stopping, report }) => {
    await asAdmin('PUT', `/jobs/runs/${id}`);
    report({ done: 1 });
    await new Promise((resolve) => stopping.addEventListener('abort', resolve, { once: true }));
    return 'never seen';
  }).work(forever);
  expect(await one(`/jobs/runs/${id}`)).toMatchObject({ status: 'Stopped', stop_wanted: true, done: 1 });
  expect((await asAdmin('GET', `/jobs/runs/${id}/log`)).text).toBe('Stopped on request.\n');
  expect((await asAdmin('PUT', '/jobs/runs/999999')).status).toBe(404);
});

it('gives each run to one process, and a dead one’s to another', async () => {
  const ids = [await startFsck(), await startFsck(), await startFsck()];
  const done: string[] = [];
  const workers = ['a', 'b'].map((name) =>
    process('storage-fsck', async () => {
      done.push(name);
      await new Promise((resolve) => setTimeout(resolve, 20));
      return 'Done.';
    }),
  );
  await Promise.all(workers.map((work) => work.work(forever)));
  expect(done.length).toBe(ids.length);
  const runs = createWorkRuns(server.knex);
  const orphan = await startFsck();
  expect((await runs.take(['storage-fsck']))?.id).toBe(orphan);
  expect(await runs.take(['storage-fsck'])).toBeUndefined();
  await server.knex.raw(`update work_runs set alive_at = now() - interval '3 minutes' where id = ?`, [orphan]);
  expect(await runs.take(['other'])).toBeUndefined();
  // A process that is told to stop leaves its run to another.
  const stopping = new AbortController();
  await process('storage-fsck', async () => {
    stopping.abort();
    return 'not finished';
  }).work(stopping.signal);
  expect(await one(`/jobs/runs/${orphan}`)).toMatchObject({ status: 'Running' });
});

it('purges the audit log as Harbor is asked to, by hand and by schedule', async () => {
  for (let count = 0; count < 3; count += 1) await asAdmin('POST', '/projects', { project_name: `audited${count}-${Date.now()}` });
  await server.policy.auditLog.seal();
  const later = async (): Promise<Date> => new Date(Date.now() + 3 * 3_600_000);
  const work = new Work(createWorkRuns(server.knex), [purgeAuditWork(server.policy.auditLog, later)]);
  const manual = (parameters: object): object => ({ schedule: { type: 'Manual' }, parameters });
  expect((await asAdmin('POST', '/system/purgeaudit/schedule', { schedule: { type: 'Manual' } })).status).toBe(400);
  const before = Number((await asAdmin('GET', '/auditlog-exts')).headers['x-total-count']);
  const dry = idFrom(await asAdmin('POST', '/system/purgeaudit/schedule', manual({ audit_retention_hour: 1, dry_run: true })));
  await work.work(forever);
  const view = await one<{ job_parameters: string }>(`/system/purgeaudit/${dry}`);
  expect(view).toMatchObject({ id: dry, job_name: 'PURGE_AUDIT_LOG', job_kind: 'MANUAL', job_status: 'Success', deleted: false });
  const { purged } = JSON.parse(view.job_parameters) as { purged: number };
  expect(purged).toBeGreaterThanOrEqual(3);
  expect(Number((await asAdmin('GET', '/auditlog-exts')).headers['x-total-count'])).toBeGreaterThanOrEqual(before);
  const real = idFrom(
    await asAdmin('POST', '/system/purgeaudit/schedule', manual({ audit_retention_hour: 1, include_event_types: 'create_user' })),
  );
  await work.work(forever);
  expect((await asAdmin('GET', `/system/purgeaudit/${real}/log`)).text).toContain('were removed; their seals stay');
  expect(Number((await asAdmin('GET', '/auditlog-exts')).headers['x-total-count'])).toBeLessThan(before);
  expect(await server.policy.auditLog.verify()).toMatchObject({ problems: [] });

  const plan = { schedule: { type: 'Custom', cron: '0 * * * * *' }, parameters: { audit_retention_hour: 24 } };
  expect((await asAdmin('PUT', '/system/purgeaudit/schedule', { ...plan, schedule: { type: 'Custom', cron: 'often' } })).status).toBe(400);
  expect((await asAdmin('PUT', '/system/purgeaudit/schedule', plan)).status).toBe(200);
  expect(await one('/system/purgeaudit/schedule')).toMatchObject({
    schedule: { type: 'Custom', cron: '0 * * * * *', next_scheduled_time: expect.any(String) },
  });
  expect(await one('/schedules')).toMatchObject([{ id: 1, vendor_type: 'PURGE_AUDIT_LOG', cron: '0 * * * * *' }]);
  await server.knex.raw(`update work_schedules set planned_after = now() - interval '5 minutes'`);
  await Promise.all([work.work(forever), work.work(forever)]);
  const history = await one<{ job_kind: string }[]>('/system/purgeaudit');
  expect(history.map((run) => run.job_kind)).toEqual(['SCHEDULE', 'MANUAL', 'MANUAL']);
  expect((await asAdmin('POST', '/system/purgeaudit/schedule', { schedule: { type: 'None' } })).status).toBe(201);
  expect(await one('/system/purgeaudit/schedule')).toEqual({ schedule: { type: 'None', cron: '' } });
  const fsck = await startFsck();
  expect((await asAdmin('GET', `/system/purgeaudit/${fsck}`)).status).toBe(404);
  expect(await one('/schedules/all/paused')).toEqual({ paused: false });
});

it('lists background jobs with their last and next runs', async () => {
  const { jobStates } = server.longWork;
  await jobStates.announce([
    { name: 'sweep', schedule: '7,17 * * * *' },
    { name: 'seal', schedule: '* * * * *' },
  ]);
  await jobStates.began('sweep');
  expect(await one('/jobs')).toMatchObject([
    { name: 'seal', running: false, runs: 0, problem: '', next_time: expect.any(String) },
    { name: 'sweep', running: true, schedule: '7,17 * * * *' },
  ]);
  await jobStates.ended('sweep', { seconds: 1.5, problem: jobTrouble(new StorageFullError('no disk')) });
  await jobStates.began('sweep');
  await jobStates.ended('sweep', {
    seconds: 2.5,
    problem: jobTrouble(new Error('no progress', { cause: new StorageFullError('no disk') })),
  });
  expect((await one<object[]>('/jobs'))[1]).toMatchObject({
    running: false,
    seconds: 2.5,
    problem: 'no progress',
    reason: 'job-storage-full',
    values: { words: 'no progress' },
    failing_since: expect.any(String),
    runs: 2,
    failures: 2,
  });
  await jobStates.began('sweep');
  await jobStates.ended('sweep', { seconds: 1, problem: undefined });
  await jobStates.announce([{ name: 'sweep', schedule: '* * * * *' }]);
  const [only, ...rest] = await one<Record<string, unknown>[]>('/jobs');
  expect(rest).toEqual([]);
  expect(only).toMatchObject({ name: 'sweep', problem: '', failures: 2, runs: 3 });
  expect(only).not.toHaveProperty('failing_since');
  expect(only).not.toHaveProperty('reason');
});
