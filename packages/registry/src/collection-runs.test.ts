import { expect, test } from 'vitest';
import { CollectionRuns } from './collection-runs.ts';
import { Collector } from './collector.ts';
import type { GarbageRecords } from './ports/garbage-records.ts';
import type { GarbageRun, GarbageRuns } from './ports/garbage-runs.ts';

test('a run that finds nothing on many pages gives signs of life, and hears that it is to stop', async () => {
  let pages = 0;
  const records = {
    policy: async () => ({ paused: false }),
    sweep: async () => {
      pages += 1;
      return { queued: 0, manifests: [], next: pages < 50 ? { stage: 'links', after: [pages, 0] } : undefined };
    },
    collect: async () => ({ links: 0, blobs: [], postponed: 0, more: false }),
  } as unknown as GarbageRecords;
  const waiting = [{ id: 1, parameters: { dryRun: false, deleteUntagged: false } } as unknown as GarbageRun];
  let steps = 0;
  const ended: string[] = [];
  const runs = {
    schedule: async () => undefined,
    take: async () => waiting.shift(),
    step: async () => {
      steps += 1;
      return steps < 3;
    },
    finish: async (_id: number, status: string) => void ended.push(status),
  } as unknown as GarbageRuns;
  await new CollectionRuns(runs, new Collector(records)).work(new AbortController().signal);
  expect([steps, pages, ended]).toEqual([3, 3, ['Stopped']]);
});
