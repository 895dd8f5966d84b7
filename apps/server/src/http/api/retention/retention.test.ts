import { createHash } from 'node:crypto';
import { seedTags } from '@berth/database/seed';
import { useTestDatabase } from '@berth/database/testing';
import { parseRepositoryName } from '@berth/oci';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { apiCalls, idFrom } from '../../testing/api-calls.ts';
import { type Answer, IdentityTestServer } from '../../testing/identity-test-server.ts';

const database = useTestDatabase();
const server = new IdentityTestServer();
const { ask, asAdmin } = apiCalls(server);
const INDEX = 'application/vnd.oci.image.index.v1+json';
let projects = 0;
let name = '';
let projectId = 0;
let admin = 0;

beforeAll(async () => {
  await server.start(database.url);
  admin = await server.addUser('admin', true);
});
afterAll(() => server.stop());
beforeEach(async () => {
  projects += 1;
  name = `team${projects}`;
  projectId = await server.addProject(name, admin);
});

async function push(path: string, content: string, subject?: string): Promise<string> {
  const about = subject === undefined ? {} : { subject: { mediaType: INDEX, digest: subject, size: 1 } };
  const body = JSON.stringify({ schemaVersion: 2, mediaType: INDEX, manifests: [], annotations: { content }, ...about });
  const [repository = '', tag] = `${name}/${path}`.split(':');
  const digest = `sha256:${createHash('sha256').update(body).digest('hex')}`;
  const answer = await server.ask('PUT', `/v2/${repository}/manifests/${tag ?? digest}`, {
    as: 'admin',
    body,
    headers: { 'content-type': INDEX },
  });
  expect(answer.status, answer.text).toBe(201);
  return digest;
}

/** As if it had been pushed then. */
async function age(digest: string, days: number): Promise<void> {
  await server.knex.raw(`update manifests set pushed_at = now() - interval '1 day' * ? where digest = ?`, [days, digest]);
}

interface Rule {
  readonly template: string;
  readonly params?: object;
  readonly tag?: object;
  readonly repository?: object;
}

function policy(rules: readonly Rule[], more: object = {}): object {
  return {
    algorithm: 'or',
    rules: rules.map(({ template, params = {}, tag = {}, repository = {} }) => ({
      ...{ disabled: false, action: 'retain', template, params },
      tag_selectors: [{ kind: 'doublestar', decoration: 'matches', pattern: '**', ...tag }],
      scope_selectors: { repository: [{ kind: 'doublestar', decoration: 'repoMatches', pattern: '**', ...repository }] },
    })),
    trigger: { kind: 'Schedule', settings: { cron: '' }, references: {} },
    scope: { level: 'project', ref: projectId },
    ...more,
  };
}

async function create(rules: readonly Rule[]): Promise<number> {
  return idFrom(await asAdmin('POST', '/retentions', policy(rules)));
}

async function run(id: number, dryRun = false): Promise<number> {
  const execution = idFrom(await asAdmin('POST', `/retentions/${id}/executions`, { dry_run: dryRun }));
  await server.policy.retentionRuns.work(new AbortController().signal);
  return execution;
}

async function one<T>(path: string): Promise<T> {
  const answer = await asAdmin('GET', path);
  expect(answer.status, answer.text).toBe(200);
  return answer.json<T>();
}

interface Task {
  readonly id: number;
  readonly repository: string;
  readonly status: string;
  readonly total: number;
  readonly retained: number;
}

interface Decision {
  readonly digest: string;
  readonly action: string;
  readonly because: string;
  readonly outcome?: string;
}

async function decisions(id: number, execution: number, repository = 'app'): Promise<readonly Decision[]> {
  const tasks = await one<Task[]>(`/retentions/${id}/executions/${execution}/tasks`);
  const task = tasks.find((each) => each.repository === repository);
  return one<Decision[]>(`/retentions/${id}/executions/${execution}/tasks/${task?.id}/decisions?page_size=100`);
}

function tagsOf(repository: string): Promise<string[]> {
  return server
    .ask('GET', `/v2/${name}/${repository}/tags/list`, { as: 'admin' })
    .then((answer: Answer) => (answer.status === 404 ? [] : (answer.json<{ tags: string[] | null }>().tags ?? [])));
}

it('keeps what a policy has in Harbor’s shape, once for a project, and names it in the project', async () => {
  const body = policy([{ template: 'latestPushedK', params: { latestPushedK: 3 }, tag: { extras: '{"untagged":true}' } }]);
  const made = await asAdmin('POST', '/retentions', body);
  const id = idFrom(made);
  expect(made.headers.location).toBe(`/api/v2.0/retentions/${id}`);
  expect(await one(`/retentions/${id}`)).toMatchObject({ id, ...body });
  expect(await one(`/projects/${name}`)).toMatchObject({ metadata: { retention_id: String(id) } });
  const again = await asAdmin('POST', '/retentions', body);
  expect([again.status, again.text]).toEqual([400, expect.stringContaining(`already has retention policy ${id}`)]);
  const changed = policy([{ template: 'always' }], { trigger: { kind: 'Schedule', settings: { cron: '0 30 2 * * *' } } });
  expect((await asAdmin('PUT', `/retentions/${id}`, changed)).status).toBe(200);
  expect(await one(`/retentions/${id}`)).toMatchObject({
    rules: [{ template: 'always', params: {} }],
    trigger: { settings: { cron: '0 30 2 * * *' } },
  });
  expect((await asAdmin('DELETE', `/retentions/${id}`)).status).toBe(200);
  expect((await asAdmin('GET', `/retentions/${id}`)).status).toBe(404);
  expect((await one<{ metadata: object }>(`/projects/${name}`)).metadata).not.toHaveProperty('retention_id');
});

it('refuses what cannot be used, in words, and changes nothing', async () => {
  const bad = [
    policy([{ template: 'nothing' }]),
    policy([{ template: 'latestPushedK' }]),
    policy([{ template: 'latestPushedK', params: { latestPushedK: 0 } }]),
    policy([{ template: 'nDaysSinceLastPush', params: { nDaysSinceLastPush: 'soon' } }]),
    policy([{ template: 'always', tag: { pattern: '[' } }]),
    policy([{ template: 'always', tag: { kind: 'regex', pattern: '(a+)+$' } }]),
    policy([{ template: 'always', tag: { kind: 'label', pattern: 'x' } }]),
    policy([{ template: 'always' }, { template: 'always' }]),
    policy([{ template: 'always' }], { trigger: { settings: { cron: '* * * * * *' } } }),
    policy([{ template: 'always' }], { algorithm: 'and' }),
    policy([], { scope: { level: 'system', ref: projectId } }),
    policy(Array.from({ length: 16 }, (_, index) => ({ template: 'latestPushedK', params: { latestPushedK: index + 1 } }))),
  ];
  for (const body of bad) {
    const answer = await asAdmin('POST', '/retentions', body);
    expect(answer.status, `${JSON.stringify(body)} ${answer.text}`).toBe(400);
    expect((await asAdmin('POST', '/retentions/preview', body)).status).toBe(400);
  }
  expect((await asAdmin('POST', '/retentions', policy([], { scope: { ref: 999_999 } }))).status).toBe(404);
  const id = await create([]);
  expect((await asAdmin('PUT', `/retentions/${id}`, policy([], { scope: { ref: projectId + 1 } }))).status).toBe(400);
  expect((await asAdmin('PATCH', `/retentions/${id}/executions/1`, { action: 'start' })).status).toBe(400);
});

it('tells beforehand, deletes what no rule keeps, and says why of each', async () => {
  const [old, fresh, other, signed] = [
    await push('app:v1', 'one'),
    await push('app:v2', 'two'),
    await push('tool:v1', 'three'),
    await push('app:v0', 'four'),
  ];
  const signature = await push('app', 'signature', signed);
  await age(old, 30);
  await age(signed, 40);
  const rules = [
    { template: 'nDaysSinceLastPush', params: { nDaysSinceLastPush: 7 }, repository: { pattern: 'app' } },
    { template: 'latestPulledN', params: { latestPulledN: 1 }, tag: { pattern: 'none' }, repository: { pattern: 'app' } },
  ];
  const preview = await asAdmin('POST', '/retentions/preview', policy(rules));
  expect(preview.json()).toMatchObject({
    truncated: false,
    repositories: [
      { repository: `${name}/app`, total: 3, retained: 1, decisions: [{ action: 'delete' }, { action: 'delete' }, { action: 'retain' }] },
      { repository: `${name}/tool`, total: 1, retained: 1, decisions: [{ digest: other, because: 'No rule is about this repository.' }] },
    ],
  });
  const id = await create(rules);
  const dry = await run(id, true);
  expect(await one(`/retentions/${id}/executions/${dry}`.replace(`/${dry}`, ''))).toMatchObject([
    { id: dry, dry_run: true, status: 'Success', trigger: 'Manual', policy_id: id },
  ]);
  expect((await decisions(id, dry)).filter(({ action }) => action === 'delete').map(({ digest }) => digest)).toEqual([old, signed]);
  expect(await tagsOf('app')).toEqual(['v0', 'v1', 'v2']);

  const execution = await run(id);
  expect(await tagsOf('app')).toEqual(['v2']);
  expect(await tagsOf('tool')).toEqual(['v1']);
  const tasks = await one<Task[]>(`/retentions/${id}/executions/${execution}/tasks`);
  expect(tasks).toMatchObject([
    { repository: 'app', status: 'Success', total: 3, retained: 1 },
    { repository: 'tool', status: 'Success', total: 1, retained: 1 },
  ]);
  const gone = { outcome_code: 'removed', outcome: 'Moved to the trash.' };
  expect(await decisions(id, execution)).toEqual([
    { digest: old, tags: ['v1'], action: 'delete', reason: { code: 'no rule' }, because: 'No rule keeps it.', ...gone },
    {
      digest: fresh,
      tags: ['v2'],
      action: 'retain',
      reason: { code: 'nDaysSinceLastPush', amount: 7 },
      because: 'It was pushed within the last 7 days.',
    },
    { digest: signed, tags: ['v0'], action: 'delete', reason: { code: 'no rule' }, because: 'No rule keeps it.', ...gone },
  ]);
  const deletions = await asAdmin(
    'GET',
    `/retentions/${id}/executions/${execution}/tasks/${tasks[0]?.id}/decisions?q=action=delete&page_size=1`,
  );
  expect([deletions.headers['x-total-count'], deletions.json<Decision[]>().length]).toEqual(['2', 1]);
  const log = (await asAdmin('GET', `/retentions/${id}/executions/${execution}/tasks/${tasks[0]?.id}`)).text;
  expect(log).toContain(`DELETE ${old} (v1): No rule keeps it. Moved to the trash.`);
  expect(log).toContain(`RETAIN ${fresh} (v2)`);
  // The signature went with its image, and all can come back.
  expect((await server.ask('GET', `/v2/${name}/app/manifests/${signature}`, { as: 'admin' })).status).toBe(404);
  const trash = await one<{ digest: string }[]>(`/projects/${name}/trash`);
  expect(trash.map(({ digest }) => digest)).toEqual(expect.arrayContaining([old, signed, signature]));
});

it('never takes what is immutable, what an index lists, or what changed since it was judged', async () => {
  const immutable = await push('app:v1', 'one');
  const moved = await push('app:v2', 'two');
  const child = await push('app:child', 'three');
  const { headers } = await server.ask('HEAD', `/v2/${name}/app/manifests/${child}`, { as: 'admin' });
  const children = [{ mediaType: INDEX, digest: child, size: Number(headers['content-length']) }];
  const index = JSON.stringify({ schemaVersion: 2, mediaType: INDEX, manifests: children });
  const put = { as: 'admin', body: index, headers: { 'content-type': INDEX } };
  expect((await server.ask('PUT', `/v2/${name}/app/manifests/keep`, put)).status).toBe(201);
  const rule = { tag_selectors: [{ pattern: 'v1' }], scope_selectors: { repository: [{}] } };
  expect((await asAdmin('POST', `/projects/${name}/immutabletagrules`, rule)).status).toBe(201);
  const id = await create([{ template: 'always', tag: { pattern: 'keep' } }]);
  // Judged, and pushed again before it is deleted: the run asks again then.
  const records = server.policy.retention;
  const judgedAt = new Date(Date.now() - 60_000);
  expect(
    await records.removeArtifact({ repository: `${name}/app` as never, digest: moved as never, tags: ['v2' as never], judgedAt }),
  ).toBe('changed');
  const soon = new Date(Date.now() + 60_000);
  expect(await records.removeArtifact({ repository: `${name}/app` as never, digest: moved as never, tags: [], judgedAt: soon })).toBe(
    'changed',
  );
  const execution = await run(id);
  const told = new Map((await decisions(id, execution)).map((decision) => [decision.digest, decision]));
  expect(told.get(immutable)).toMatchObject({
    action: 'retain',
    reason: { code: 'immutable', tag: 'v1' },
    because: 'An immutability rule holds its tag v1.',
  });
  expect(told.get(child)).toMatchObject({ action: 'delete', outcome: 'Kept: an index of the repository lists it.' });
  expect(told.get(moved)).toMatchObject({ action: 'delete', outcome: 'Moved to the trash.' });
  expect(await tagsOf('app')).toEqual(['child', 'keep', 'v1']);
  expect(await one<Task[]>(`/retentions/${id}/executions/${execution}/tasks`)).toMatchObject([{ total: 4, retained: 3 }]);
});

it('takes labels, versions and regular expressions', async () => {
  const kept = await push('app:whatever', 'one');
  await push('app:1.2.0', 'two');
  await push('app:r7', 'three');
  await push('app:gone', 'four');
  const label = idFrom(await asAdmin('POST', '/labels', { name: `keep-${name}`, scope: 'g' }));
  expect((await asAdmin('POST', `/projects/${name}/repositories/app/artifacts/${kept}/labels`, { id: label })).status).toBe(200);
  const id = await create([
    { template: 'always', tag: { kind: 'label', decoration: 'withLabels', pattern: `keep-${name}` } },
    { template: 'always', tag: { kind: 'semver', pattern: '^1' } },
    { template: 'always', tag: { kind: 'regex', pattern: 'r[0-9]' } },
  ]);
  await run(id);
  expect(await tagsOf('app')).toEqual(['1.2.0', 'r7', 'whatever']);
});

it('stops, goes on where a killed run was, and runs by its schedule', async () => {
  for (const tag of ['a', 'b', 'c']) await push(`app:${tag}`, tag);
  const id = await create([{ template: 'always', tag: { pattern: 'b' } }]);
  const stopped = idFrom(await asAdmin('POST', `/retentions/${id}/executions`, {}));
  expect((await asAdmin('PATCH', `/retentions/${id}/executions/${stopped}`, { action: 'stop' })).status).toBe(200);
  await server.policy.retentionRuns.work(new AbortController().signal);
  expect(await one(`/retentions/${id}/executions`)).toMatchObject([{ id: stopped, status: 'Stopped' }]);
  expect(await tagsOf('app')).toEqual(['a', 'b', 'c']);

  // A process that died after it had deleted one of two.
  const execution = idFrom(await asAdmin('POST', `/retentions/${id}/executions`, {}));
  const taken = await server.policy.retention.take();
  expect(taken?.id).toBe(execution);
  const [repository] = await server.policy.retention.repositories({ id: execution, projectId }, 0, 10);
  if (repository === undefined) throw new Error('There is a repository.');
  const { items } = await server.policy.retention.candidates(repository.id);
  const judged = items.map(({ digest, tags }) => ({
    digest,
    tags,
    action: 'delete' as const,
    reason: { code: 'no rule' as const },
    because: 'No rule keeps it.',
  }));
  const task = await server.policy.retention.beginTask(execution, repository, judged.slice(0, 1));
  await server.policy.retention.settle(task, [{ position: 0, outcome: 'removed' }]);
  await server.knex.raw(`update retention_executions set alive_at = now() - interval '6 minutes' where id = ?`, [execution]);
  await server.policy.retentionRuns.work(new AbortController().signal);
  expect(await tagsOf('app')).toEqual(['b']);
  const list = await decisions(id, execution);
  expect(list[0]).toMatchObject({ digest: items[0]?.digest, outcome: 'Moved to the trash.' });
  expect(list.filter(({ outcome }) => outcome !== undefined).length).toBe(3);

  await push('app:d', 'd');
  await asAdmin(
    'PUT',
    `/retentions/${id}`,
    policy([{ template: 'always', tag: { pattern: 'b' } }], { trigger: { settings: { cron: '0 * * * * *' } } }),
  );
  await server.policy.retentionRuns.work(new AbortController().signal);
  expect(await tagsOf('app')).toEqual(['b', 'd']);
  await server.knex.raw(`update retention_policies set planned_after = now() - interval '2 minutes' where id = ?`, [id]);
  await Promise.all([1, 2].map(() => server.policy.retentionRuns.work(new AbortController().signal)));
  expect(await tagsOf('app')).toEqual(['b']);
  expect((await one<{ trigger: string }[]>(`/retentions/${id}/executions`)).filter(({ trigger }) => trigger === 'Schedule').length).toBe(1);
  expect(server.failures).toEqual([]);
});

it('a foreign policy, run or task answers like an absent one', async () => {
  await push('app:a', 'a');
  const mine = await create([]);
  const execution = await run(mine, true);
  const [task] = await one<Task[]>(`/retentions/${mine}/executions/${execution}/tasks`);
  await server.addUser(`stranger${name}`);
  const stranger = { as: `stranger${name}` };
  const absent = await ask('GET', '/retentions/999999', stranger);
  const foreign = await ask('GET', `/retentions/${mine}`, stranger);
  expect([foreign.status, foreign.text]).toEqual([absent.status, absent.text]);
  projects += 1;
  name = `team${projects}`;
  projectId = await server.addProject(name, admin);
  const other = await create([]);
  for (const path of [
    `executions/${execution}/tasks`,
    `executions/${execution}/tasks/${task?.id}`,
    `executions/${execution}/tasks/${task?.id}/decisions`,
  ])
    expect((await asAdmin('GET', `/retentions/${other}/${path}`)).status).toBe(404);
});

it('judges and deletes in a repository with 10,000 tags, page by page', async () => {
  await seedTags(server.knex, { repository: parseRepositoryName(`${name}/many`), tags: 10_000, manifests: 6_000 });
  // 4,000 artifacts have two tags each, 2,000 one; a number of five digits that ends in 1.
  const id = await create([{ template: 'always', tag: { kind: 'regex', pattern: 'v[0-9]*[02-9]' } }]);
  const dry = await run(id, true);
  const [task] = await one<Task[]>(`/retentions/${id}/executions/${dry}/tasks`);
  expect(task).toMatchObject({ total: 6_000, status: 'Success' });
  const going = 6_000 - (task?.retained ?? 0);
  expect(going).toBeGreaterThan(500);
  const listed = await asAdmin(
    'GET',
    `/retentions/${id}/executions/${dry}/tasks/${task?.id}/decisions?q=action=delete&page_size=100&page=2`,
  );
  expect([listed.headers['x-total-count'], listed.json<Decision[]>().length]).toEqual([String(going), 100]);
  const execution = await run(id);
  expect(await one(`/retentions/${id}/executions/${execution}/tasks`)).toMatchObject([{ total: 6_000, retained: 6_000 - going }]);
  const { rows } = await server.knex.raw<{ rows: { left: number }[] }>(
    `select count(*)::integer as left from manifests m join repositories r on r.id = m.repository_id where r.name = ?`,
    [`${name}/many`],
  );
  expect(rows[0]?.left).toBe(6_000 - going);
}, 120_000);
