import { afterEach, expect, it, vi } from 'vitest';
import { watchQuotas } from '../jobs/watch-quotas.ts';
import { Metrics } from './metrics.ts';

afterEach(() => void vi.useRealTimers());

async function lines(metrics: Metrics, name: string): Promise<string[]> {
  return (await metrics.registry.metrics()).split('\n').filter((line) => line.startsWith(name));
}

it('forgets what a job found when no run tells it again, since another server runs it then', async () => {
  vi.useFakeTimers({ toFake: ['performance'] });
  const metrics = new Metrics();
  metrics.waiting({ candidates: 3, objects: 7, bytes: 70, overdue: 5, paused: false });
  metrics.quotas([{ project: 'demo', ratio: 0.5 }]);
  expect(await lines(metrics, 'berth_garbage_waiting_objects')).toEqual(['berth_garbage_waiting_objects 7']);
  expect(await lines(metrics, 'berth_project_quota')).toEqual(['berth_project_quota_used_ratio{project="demo"} 0.5']);
  vi.advanceTimersByTime(6 * 60_000);
  expect(await lines(metrics, 'berth_garbage_waiting_objects')).toEqual([]);
  expect(await lines(metrics, 'berth_project_quota')).toEqual([]);
});

it('tells the quotas of the fullest projects, not those of before, nor projects without a limit', async () => {
  const metrics = new Metrics();
  metrics.quotas([{ project: 'gone', ratio: 1 }]);
  const quota = { projectId: 1, ownerName: 'admin', createdAt: new Date(), updatedAt: new Date(), usedBytes: 90 };
  const items = [
    { ...quota, projectName: 'full' as never, hardBytes: 100 },
    { ...quota, projectName: 'free' as never, hardBytes: -1 },
  ];
  await watchQuotas({ list: async () => ({ items, total: 2 }) }, metrics).run(new AbortController().signal);
  expect(await lines(metrics, 'berth_project_quota')).toEqual(['berth_project_quota_used_ratio{project="full"} 0.9']);
});

it('tells the health of each component whenever it is asked', async () => {
  const metrics = new Metrics();
  let status = 'healthy';
  metrics.components(async () => [{ name: 'storage', status }]);
  expect(await lines(metrics, 'berth_component_healthy')).toEqual(['berth_component_healthy{component="storage"} 1']);
  status = 'unhealthy';
  expect(await lines(metrics, 'berth_component_healthy')).toEqual(['berth_component_healthy{component="storage"} 0']);
});
