import { useTestDatabase } from '@berth/database/testing';
import { digestOfBytes } from '@berth/oci';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { apiCalls, codeOf } from '../../testing/api-calls.ts';
import { IdentityTestServer } from '../../testing/identity-test-server.ts';

const database = useTestDatabase();
const server = new IdentityTestServer();
const { asAdmin } = apiCalls(server);
const AT = '/system/gc';
const never = new AbortController().signal;

interface History {
  readonly id: number;
  readonly job_status: string;
  readonly job_kind: string;
  readonly job_parameters: string;
}

beforeAll(async () => {
  await server.start(database.url);
  await server.addProject('team', await server.addUser('admin', true));
});
afterAll(() => server.stop());
beforeEach(async () => {
  await server.knex.raw(`delete from garbage_runs`);
  await asAdmin('PUT', `${AT}/schedule`, { schedule: { type: 'None' } });
  await asAdmin('PUT', `${AT}/policy`, { paused: false, delete_untagged: false, untagged_grace_hours: 168, keep_pulled_days: 0 });
});

/** A blob that nothing needs. */
async function garbage(text: string): Promise<string> {
  const digest = digestOfBytes(Buffer.from(text));
  const pushed = await server.ask('POST', `/v2/team/app/blobs/uploads/?digest=${digest}`, { as: 'admin', bytes: Buffer.from(text) });
  expect(pushed.status, pushed.text).toBe(201);
  await server.knex.raw(`update repository_blobs set lease_until = now() - interval '3 days'`);
  return digest;
}

async function start(parameters: object = {}): Promise<number> {
  const answer = await asAdmin('POST', `${AT}/schedule`, { schedule: { type: 'Manual' }, parameters });
  expect(answer.status, answer.text).toBe(201);
  return Number(/\/api\/v2.0\/system\/gc\/(\d+)$/.exec(String(answer.headers.location))?.[1]);
}

async function run(id: number): Promise<History & { readonly parameters: Record<string, unknown> }> {
  const history = (await asAdmin('GET', `${AT}/${id}`)).json<History>();
  return { ...history, parameters: JSON.parse(history.job_parameters) as Record<string, unknown> };
}

describe('a run', () => {
  it('tells beforehand, collects, and keeps its numbers and its log', async () => {
    const digest = await garbage('nobody needs this');
    const collected: number[] = [];
    const told = ({ blobs }: { readonly blobs: number }): void => void (blobs > 0 && collected.push(blobs));
    const dry = await start({ dry_run: true, workers: 2 });
    expect(await run(dry)).toMatchObject({ job_status: 'Pending', job_kind: 'MANUAL' });
    await server.collection.runs.work(never, told);
    expect(collected).toEqual([]);
    expect((await asAdmin('GET', `${AT}/${dry}/log`)).text).toContain(`would delete: blob ${digest} (17 bytes)`);
    expect((await run(dry)).parameters).toMatchObject({ dry_run: true, purged_blobs: 1, freed_space: 17 });
    expect((await server.ask('HEAD', `/v2/team/app/blobs/${digest}`, { as: 'admin' })).status).toBe(200);

    await server.knex.raw(`update repository_blobs set lease_until = now() - interval '3 days'`);
    const real = await start();
    await server.collection.runs.work(never, told);
    expect(collected).toEqual([1]);
    expect(await run(real)).toMatchObject({ job_status: 'Success', parameters: { purged_blobs: 1, freed_space: 17, unlinked_blobs: 1 } });
    expect((await asAdmin('GET', `${AT}/${real}/log`)).text).toContain(`blob ${digest} (17 bytes)`);
    expect((await server.ask('HEAD', `/v2/team/app/blobs/${digest}`, { as: 'admin' })).status).toBe(404);
    const history = await asAdmin('GET', `${AT}?page_size=1&sort=-creation_time`);
    expect([history.headers['x-total-count'], history.json<History[]>().map(({ id }) => id)]).toEqual(['2', [real]]);
    expect((await asAdmin('GET', `${AT}?q=job_status%3DError`)).json()).toEqual([]);
  });

  it('that was stopped before it began collects nothing', async () => {
    const digest = await garbage('stopped in time');
    const id = await start();
    expect((await asAdmin('PUT', `${AT}/${id}`)).status).toBe(200);
    await server.collection.runs.work(never);
    expect((await run(id)).job_status).toBe('Stopped');
    expect((await server.ask('HEAD', `/v2/team/app/blobs/${digest}`, { as: 'admin' })).status).toBe(200);
    expect((await asAdmin('PUT', `${AT}/999999`)).status).toBe(404);
  });

  it('ends at once while collection is paused, and says so', async () => {
    await garbage('kept by the pause');
    await asAdmin('PUT', `${AT}/policy`, { paused: true });
    const id = await start();
    await server.collection.runs.work(never);
    expect((await run(id)).job_status).toBe('Stopped');
    expect((await asAdmin('GET', `${AT}/${id}/log`)).text).toContain('paused');
  });

  it('that fails says why, deletes nothing, and lets the next one run', async () => {
    const digest = await garbage('kept by the failure');
    const id = await start();
    await server.knex.raw('alter table trash_blobs rename to trash_blobs_away');
    try {
      await expect(server.collection.runs.work(never)).rejects.toThrow();
    } finally {
      await server.knex.raw('alter table trash_blobs_away rename to trash_blobs');
    }
    expect((await run(id)).job_status).toBe('Error');
    expect((await asAdmin('GET', `${AT}/${id}/log`)).text).toContain('ended early');
    expect((await server.ask('GET', `/v2/team/app/blobs/${digest}`, { as: 'admin' })).status).toBe(200);
  });
});

describe('the schedule', () => {
  it('makes a run when it is due, once', async () => {
    expect((await asAdmin('GET', `${AT}/schedule`)).json()).toEqual({ schedule: { type: 'None', cron: '' } });
    expect((await asAdmin('POST', `${AT}/schedule`, { schedule: { type: 'Daily' }, parameters: { delete_untagged: true } })).status).toBe(
      201,
    );
    expect((await asAdmin('GET', `${AT}/schedule`)).json()).toMatchObject({
      schedule: { type: 'Daily', cron: '0 0 0 * * *', next_scheduled_time: expect.stringContaining('T00:00:00') },
    });
    await server.collection.runs.work(never);
    expect((await asAdmin('GET', AT)).json()).toEqual([]);
    await server.knex.raw(`update settings set updated_at = now() - interval '2 days' where name = 'garbage schedule'`);
    await server.collection.runs.work(never);
    await server.collection.runs.work(never);
    const [only, ...more] = (await asAdmin('GET', AT)).json<History[]>();
    expect(more).toEqual([]);
    expect(only).toMatchObject({ job_kind: 'SCHEDULE', job_status: 'Success' });
    expect(JSON.parse(only?.job_parameters ?? '')).toMatchObject({ delete_untagged: true });
  });

  it.each(['', 'x', '0 0 0 30 2 *', '* * * * *'])('refuses the cron %j and stays as it was', async (cron) => {
    const refused = await asAdmin('PUT', `${AT}/schedule`, { schedule: { type: 'Custom', cron } });
    expect([refused.status, codeOf(refused)]).toEqual([400, 'BAD_REQUEST']);
    expect((await asAdmin('GET', `${AT}/schedule`)).json()).toMatchObject({ schedule: { type: 'None' } });
  });
});

describe('why and the policy', () => {
  it('tells what keeps a blob', async () => {
    const digest = await garbage('why is it here');
    expect((await asAdmin('GET', `${AT}/why?digest=${digest}`)).json()).toEqual({
      ...{ digest, kind: 'blob', size: 14, quarantined: false },
      reasons: [{ reason: 'nothing' }],
    });
    expect((await asAdmin('GET', `${AT}/why?digest=${digestOfBytes(Buffer.from('never seen'))}`)).status).toBe(404);
    expect((await asAdmin('GET', `${AT}/why?digest=none`)).status).toBe(400);
  });

  it('keeps what is set, and refuses a grace that would hit a push under way', async () => {
    await asAdmin('PUT', `${AT}/policy`, { delete_untagged: true, untagged_grace_hours: 24, keep_pulled_days: 30 });
    expect((await asAdmin('GET', `${AT}/policy`)).json()).toEqual({
      ...{ paused: false, delete_untagged: true, untagged_grace_hours: 24, keep_pulled_days: 30 },
    });
    expect((await asAdmin('PUT', `${AT}/policy`, { untagged_grace_hours: 0 })).status).toBe(400);
    expect((await asAdmin('PUT', `${AT}/policy`, { keep_pulled_days: -1 })).status).toBe(400);
  });
});

it('nothing failed inside the server', () => {
  expect(server.failures).toEqual([]);
});

it('tells what a collection would free', async () => {
  const before = (await asAdmin('GET', `${AT}/numbers`)).json<{ reclaimable: { blobs: number; bytes: number } }>();
  const digest = await garbage('twelve bytes');
  await server.knex.raw('insert into garbage_candidates (blob_id) select id from blobs where digest = ?', [digest]);
  const after = (await asAdmin('GET', `${AT}/numbers`)).json();
  const { blobs, bytes } = before.reclaimable;
  expect(after).toMatchObject({ reclaimable: { blobs: blobs + 1, bytes: bytes + 12 }, complete: true });
});
