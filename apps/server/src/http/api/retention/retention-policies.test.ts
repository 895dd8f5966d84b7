import { expect, it } from 'vitest';
import { idFrom } from '../../testing/api-calls.ts';
import { type Task, useRetentionScene } from './retention-scene.ts';

const scene = useRetentionScene();

it('keeps what a policy has in Harbor’s shape, once for a project, and names it in the project', async () => {
  const body = scene.policy([{ template: 'latestPushedK', params: { latestPushedK: 3 }, tag: { extras: '{"untagged":true}' } }]);
  const made = await scene.asAdmin('POST', '/retentions', body);
  const id = idFrom(made);
  expect(made.headers.location).toBe(`/api/v2.0/retentions/${id}`);
  expect(await scene.one(`/retentions/${id}`)).toMatchObject({ id, ...body });
  expect(await scene.one(`/projects/${scene.name}`)).toMatchObject({ metadata: { retention_id: String(id) } });
  const again = await scene.asAdmin('POST', '/retentions', body);
  expect([again.status, again.text]).toEqual([400, expect.stringContaining(`already has retention policy ${id}`)]);
  const changed = scene.policy([{ template: 'always' }], { trigger: { kind: 'Schedule', settings: { cron: '0 30 2 * * *' } } });
  expect((await scene.asAdmin('PUT', `/retentions/${id}`, changed)).status).toBe(200);
  expect(await scene.one(`/retentions/${id}`)).toMatchObject({
    rules: [{ template: 'always', params: {} }],
    trigger: { settings: { cron: '0 30 2 * * *' } },
  });
  expect((await scene.asAdmin('DELETE', `/retentions/${id}`)).status).toBe(200);
  expect((await scene.asAdmin('GET', `/retentions/${id}`)).status).toBe(404);
  expect((await scene.one<{ metadata: object }>(`/projects/${scene.name}`)).metadata).not.toHaveProperty('retention_id');
});

it('refuses what cannot be used, in words, and changes nothing', async () => {
  const bad = [
    scene.policy([{ template: 'nothing' }]),
    scene.policy([{ template: 'latestPushedK' }]),
    scene.policy([{ template: 'latestPushedK', params: { latestPushedK: 0 } }]),
    scene.policy([{ template: 'nDaysSinceLastPush', params: { nDaysSinceLastPush: 'soon' } }]),
    scene.policy([{ template: 'always', tag: { pattern: '[' } }]),
    scene.policy([{ template: 'always', tag: { kind: 'regex', pattern: '(a+)\\1' } }]),
    scene.policy([{ template: 'always', tag: { kind: 'label', pattern: 'x' } }]),
    scene.policy([{ template: 'always' }, { template: 'always' }]),
    scene.policy([{ template: 'always' }], { trigger: { settings: { cron: '* * * * * *' } } }),
    scene.policy([{ template: 'always' }], { algorithm: 'and' }),
    scene.policy([], { scope: { level: 'system', ref: scene.projectId } }),
    scene.policy(Array.from({ length: 16 }, (_, index) => ({ template: 'latestPushedK', params: { latestPushedK: index + 1 } }))),
  ];
  for (const body of bad) {
    const answer = await scene.asAdmin('POST', '/retentions', body);
    expect(answer.status, `${JSON.stringify(body)} ${answer.text}`).toBe(400);
    expect((await scene.asAdmin('POST', '/retentions/preview', body)).status).toBe(400);
  }
  expect((await scene.asAdmin('POST', '/retentions', scene.policy([], { scope: { ref: 999_999 } }))).status).toBe(404);
  const id = await scene.create([]);
  expect((await scene.asAdmin('PUT', `/retentions/${id}`, scene.policy([], { scope: { ref: scene.projectId + 1 } }))).status).toBe(400);
  expect((await scene.asAdmin('PATCH', `/retentions/${id}/executions/1`, { action: 'start' })).status).toBe(400);
});

it('a foreign policy, run or task answers like an absent one', async () => {
  await scene.push('app:a', 'a');
  const mine = await scene.create([]);
  const execution = await scene.run(mine, true);
  const [task] = await scene.one<Task[]>(`/retentions/${mine}/executions/${execution}/tasks`);
  await scene.server.addUser(`stranger${scene.name}`);
  const stranger = { as: `stranger${scene.name}` };
  const absent = await scene.ask('GET', '/retentions/999999', stranger);
  const foreign = await scene.ask('GET', `/retentions/${mine}`, stranger);
  expect([foreign.status, foreign.text]).toEqual([absent.status, absent.text]);
  await scene.newProject();
  const other = await scene.create([]);
  for (const path of [
    `executions/${execution}/tasks`,
    `executions/${execution}/tasks/${task?.id}`,
    `executions/${execution}/tasks/${task?.id}/decisions`,
  ])
    expect((await scene.asAdmin('GET', `/retentions/${other}/${path}`)).status).toBe(404);
});
