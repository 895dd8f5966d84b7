import { seedTags } from '@berth/database/seed';
import { parseRepositoryName } from '@berth/oci';
import { expect, it } from 'vitest';
import { idFrom } from '../../testing/api-calls.ts';
import { type Decision, INDEX, type Task, useRetentionScene } from './retention-scene.ts';

const scene = useRetentionScene();

it('tells beforehand, deletes what no rule keeps, and says why of each', async () => {
  const [old, fresh, other, signed] = [
    await scene.push('app:v1', 'one'),
    await scene.push('app:v2', 'two'),
    await scene.push('tool:v1', 'three'),
    await scene.push('app:v0', 'four'),
  ];
  const signature = await scene.push('app', 'signature', signed);
  await scene.age(old, 30);
  await scene.age(signed, 40);
  const rules = [
    { template: 'nDaysSinceLastPush', params: { nDaysSinceLastPush: 7 }, repository: { pattern: 'app' } },
    { template: 'latestPulledN', params: { latestPulledN: 1 }, tag: { pattern: 'none' }, repository: { pattern: 'app' } },
  ];
  const preview = await scene.asAdmin('POST', '/retentions/preview', scene.policy(rules));
  expect(preview.json()).toMatchObject({
    truncated: false,
    repositories: [
      {
        repository: `${scene.name}/app`,
        total: 3,
        retained: 1,
        decisions: [{ action: 'delete' }, { action: 'delete' }, { action: 'retain' }],
      },
      {
        repository: `${scene.name}/tool`,
        total: 1,
        retained: 1,
        decisions: [{ digest: other, because: 'No rule is about this repository.' }],
      },
    ],
  });
  const id = await scene.create(rules);
  const dry = await scene.run(id, true);
  expect(await scene.one(`/retentions/${id}/executions`)).toMatchObject([
    { id: dry, dry_run: true, status: 'Success', trigger: 'Manual', policy_id: id },
  ]);
  expect((await scene.decisions(id, dry)).filter(({ action }) => action === 'delete').map(({ digest }) => digest)).toEqual([old, signed]);
  expect(await scene.tagsOf('app')).toEqual(['v0', 'v1', 'v2']);

  const execution = await scene.run(id);
  expect(await scene.tagsOf('app')).toEqual(['v2']);
  expect(await scene.tagsOf('tool')).toEqual(['v1']);
  const tasks = await scene.one<Task[]>(`/retentions/${id}/executions/${execution}/tasks`);
  expect(tasks).toMatchObject([
    { repository: 'app', status: 'Success', total: 3, retained: 1 },
    { repository: 'tool', status: 'Success', total: 1, retained: 1 },
  ]);
  const gone = { outcome_code: 'removed', outcome: 'Moved to the trash.' };
  expect(await scene.decisions(id, execution)).toEqual([
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
  const deletions = await scene.asAdmin(
    'GET',
    `/retentions/${id}/executions/${execution}/tasks/${tasks[0]?.id}/decisions?q=action=delete&page_size=1`,
  );
  expect([deletions.headers['x-total-count'], deletions.json<Decision[]>().length]).toEqual(['2', 1]);
  const log = (await scene.asAdmin('GET', `/retentions/${id}/executions/${execution}/tasks/${tasks[0]?.id}`)).text;
  expect(log).toContain(`DELETE ${old} (v1): No rule keeps it. Moved to the trash.`);
  expect(log).toContain(`RETAIN ${fresh} (v2)`);
  // The signature went with its image, and all can come back.
  expect((await scene.server.ask('GET', `/v2/${scene.name}/app/manifests/${signature}`, { as: 'admin' })).status).toBe(404);
  const trash = await scene.one<{ digest: string }[]>(`/projects/${scene.name}/trash`);
  expect(trash.map(({ digest }) => digest)).toEqual(expect.arrayContaining([old, signed, signature]));
});

it('never takes what is immutable, what an index lists, or what changed since it was judged', async () => {
  const immutable = await scene.push('app:v1', 'one');
  const moved = await scene.push('app:v2', 'two');
  const child = await scene.push('app:child', 'three');
  const { headers } = await scene.server.ask('HEAD', `/v2/${scene.name}/app/manifests/${child}`, { as: 'admin' });
  const children = [{ mediaType: INDEX, digest: child, size: Number(headers['content-length']) }];
  const index = JSON.stringify({ schemaVersion: 2, mediaType: INDEX, manifests: children });
  const put = { as: 'admin', body: index, headers: { 'content-type': INDEX } };
  expect((await scene.server.ask('PUT', `/v2/${scene.name}/app/manifests/keep`, put)).status).toBe(201);
  const rule = { tag_selectors: [{ pattern: 'v1' }], scope_selectors: { repository: [{}] } };
  expect((await scene.asAdmin('POST', `/projects/${scene.name}/immutabletagrules`, rule)).status).toBe(201);
  const id = await scene.create([{ template: 'always', tag: { pattern: 'keep' } }]);
  // Judged, and pushed again before it is deleted: the run asks again then.
  const records = scene.server.policy.retention;
  const judgedAt = new Date(Date.now() - 60_000);
  expect(
    await records.removeArtifact({ repository: `${scene.name}/app` as never, digest: moved as never, tags: ['v2' as never], judgedAt }),
  ).toBe('changed');
  const soon = new Date(Date.now() + 60_000);
  expect(await records.removeArtifact({ repository: `${scene.name}/app` as never, digest: moved as never, tags: [], judgedAt: soon })).toBe(
    'changed',
  );
  const execution = await scene.run(id);
  const told = new Map((await scene.decisions(id, execution)).map((decision) => [decision.digest, decision]));
  expect(told.get(immutable)).toMatchObject({
    action: 'retain',
    reason: { code: 'immutable', tag: 'v1' },
    because: 'An immutability rule holds its tag v1.',
  });
  expect(told.get(child)).toMatchObject({ action: 'delete', outcome: 'Kept: an index of the repository lists it.' });
  expect(told.get(moved)).toMatchObject({ action: 'delete', outcome: 'Moved to the trash.' });
  expect(await scene.tagsOf('app')).toEqual(['child', 'keep', 'v1']);
  expect(await scene.one<Task[]>(`/retentions/${id}/executions/${execution}/tasks`)).toMatchObject([{ total: 4, retained: 3 }]);
});

it('takes labels, versions and regular expressions', async () => {
  const kept = await scene.push('app:whatever', 'one');
  await scene.push('app:1.2.0', 'two');
  await scene.push('app:r7', 'three');
  await scene.push('app:gone', 'four');
  const label = idFrom(await scene.asAdmin('POST', '/labels', { name: `keep-${scene.name}`, scope: 'g' }));
  expect((await scene.asAdmin('POST', `/projects/${scene.name}/repositories/app/artifacts/${kept}/labels`, { id: label })).status).toBe(
    200,
  );
  const id = await scene.create([
    { template: 'always', tag: { kind: 'label', decoration: 'withLabels', pattern: `keep-${scene.name}` } },
    { template: 'always', tag: { kind: 'semver', pattern: '^1' } },
    { template: 'always', tag: { kind: 'regex', pattern: 'r[0-9]' } },
  ]);
  await scene.run(id);
  expect(await scene.tagsOf('app')).toEqual(['1.2.0', 'r7', 'whatever']);
});

it('stops, goes on where a killed run was, and runs by its schedule', async () => {
  for (const tag of ['a', 'b', 'c']) await scene.push(`app:${tag}`, tag);
  const id = await scene.create([{ template: 'always', tag: { pattern: 'b' } }]);
  const stopped = idFrom(await scene.asAdmin('POST', `/retentions/${id}/executions`, {}));
  expect((await scene.asAdmin('PATCH', `/retentions/${id}/executions/${stopped}`, { action: 'stop' })).status).toBe(200);
  await scene.server.policy.retentionRuns.work(new AbortController().signal);
  expect(await scene.one(`/retentions/${id}/executions`)).toMatchObject([{ id: stopped, status: 'Stopped' }]);
  expect(await scene.tagsOf('app')).toEqual(['a', 'b', 'c']);

  // A process that died after it had deleted one of two.
  const execution = idFrom(await scene.asAdmin('POST', `/retentions/${id}/executions`, {}));
  const taken = await scene.server.policy.retention.take();
  expect(taken?.id).toBe(execution);
  const [repository] = await scene.server.policy.retention.repositories({ id: execution, projectId: scene.projectId }, 0, 10);
  if (repository === undefined) throw new Error('There is a repository.');
  const { items } = await scene.server.policy.retention.candidates(repository.id);
  const judged = items.map(({ digest, tags }) => ({
    digest,
    tags,
    action: 'delete' as const,
    reason: { code: 'no rule' as const },
    because: 'No rule keeps it.',
  }));
  const task = await scene.server.policy.retention.beginTask(execution, repository, judged.slice(0, 1));
  await scene.server.policy.retention.settle(task, [{ position: 0, outcome: 'removed' }]);
  await scene.server.knex.raw(`update retention_executions set alive_at = now() - interval '6 minutes' where id = ?`, [execution]);
  await scene.server.policy.retentionRuns.work(new AbortController().signal);
  expect(await scene.tagsOf('app')).toEqual(['b']);
  const list = await scene.decisions(id, execution);
  expect(list[0]).toMatchObject({ digest: items[0]?.digest, outcome: 'Moved to the trash.' });
  expect(list.filter(({ outcome }) => outcome !== undefined).length).toBe(3);

  await scene.push('app:d', 'd');
  await scene.asAdmin(
    'PUT',
    `/retentions/${id}`,
    scene.policy([{ template: 'always', tag: { pattern: 'b' } }], { trigger: { settings: { cron: '0 * * * * *' } } }),
  );
  await scene.server.policy.retentionRuns.work(new AbortController().signal);
  expect(await scene.tagsOf('app')).toEqual(['b', 'd']);
  await scene.server.knex.raw(`update retention_policies set planned_after = now() - interval '2 minutes' where id = ?`, [id]);
  await Promise.all([1, 2].map(() => scene.server.policy.retentionRuns.work(new AbortController().signal)));
  expect(await scene.tagsOf('app')).toEqual(['b']);
  expect(
    (await scene.one<{ trigger: string }[]>(`/retentions/${id}/executions`)).filter(({ trigger }) => trigger === 'Schedule').length,
  ).toBe(1);
  expect(scene.server.failures).toEqual([]);
});

it('judges and deletes in a repository with 10,000 tags, page by page', async () => {
  await seedTags(scene.server.knex, { repository: parseRepositoryName(`${scene.name}/many`), tags: 10_000, manifests: 6_000 });
  // 4,000 artifacts have two tags each, 2,000 one; a number of five digits that ends in 1.
  const id = await scene.create([{ template: 'always', tag: { kind: 'regex', pattern: 'v[0-9]*[02-9]' } }]);
  const dry = await scene.run(id, true);
  const [task] = await scene.one<Task[]>(`/retentions/${id}/executions/${dry}/tasks`);
  expect(task).toMatchObject({ total: 6_000, status: 'Success' });
  const going = 6_000 - (task?.retained ?? 0);
  expect(going).toBeGreaterThan(500);
  const listed = await scene.asAdmin(
    'GET',
    `/retentions/${id}/executions/${dry}/tasks/${task?.id}/decisions?q=action=delete&page_size=100&page=2`,
  );
  expect([listed.headers['x-total-count'], listed.json<Decision[]>().length]).toEqual([String(going), 100]);
  const execution = await scene.run(id);
  expect(await scene.one(`/retentions/${id}/executions/${execution}/tasks`)).toMatchObject([{ total: 6_000, retained: 6_000 - going }]);
  const { rows } = await scene.server.knex.raw<{ rows: { left: number }[] }>(
    `select count(*)::integer as left from manifests m join repositories r on r.id = m.repository_id where r.name = ?`,
    [`${scene.name}/many`],
  );
  expect(rows[0]?.left).toBe(6_000 - going);
}, 120_000);
