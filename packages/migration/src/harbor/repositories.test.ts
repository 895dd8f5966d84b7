import { RegistryRefusedError, RegistryUnreachableError } from '@berth/registry-client';
import { expect, it } from 'vitest';
import { Report } from '../report.ts';
import { MigrationStoppedError } from '../stopped.ts';
import type { HarborCopy } from './harbor-copy.ts';
import { type ContentOptions, copyRepositories } from './repositories.ts';

/** Two repositories, of which the artifacts of the first cannot be listed. */
function copyWith(trouble: Error): { readonly report: Report; readonly copied: string[]; run(): Promise<void> } {
  const report = new Report(false);
  const copied: string[] = [];
  const source = {
    async *list(path: string) {
      if (path.endsWith('/repositories')) yield* ['team/broken', 'team/app'].map((name) => ({ name, description: '' }));
      else if (path.includes('broken')) throw trouble;
    },
  };
  const copy = { source, report, progress: () => undefined } as unknown as HarborCopy;
  const copier = { copyTags: async ({ to }: { to: string }) => void copied.push(to), repositoryEnds: () => undefined };
  const options = { copier, labels: new Map(), at: () => undefined } as unknown as ContentOptions;
  return { report, copied, run: () => copyRepositories(copy, { name: 'team', sourceId: 1, destinationId: 1 }, options) };
}

it('a repository whose artifacts Harbor cannot list is told, and stops no other', async () => {
  const { report, copied, run } = copyWith(new RegistryRefusedError('internal server error', { status: 500, code: 'UNKNOWN' }));
  await run();
  expect(copied).toEqual(['team/app']);
  expect(report.view().problems).toEqual([{ about: 'repository', name: 'team/broken', sentence: 'internal server error' }]);
});

it('a Harbor that is gone ends the copy', async () => {
  const { copied, run } = copyWith(new RegistryUnreachableError('It cannot be reached.'));
  await expect(run()).rejects.toThrow(MigrationStoppedError);
  expect(copied).toEqual([]);
});
