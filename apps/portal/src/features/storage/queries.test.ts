import { expect, it } from 'vitest';
import { parametersOf } from './queries.ts';

it('reads what a run did, and takes what cannot be read for nothing done', () => {
  expect(parametersOf({ job_parameters: '{"dry_run":true,"purged_blobs":2,"freed_space":17,"workers":1}' })).toEqual({
    ...{ dry_run: true, delete_untagged: false, purged_blobs: 2, purged_manifests: 0, freed_space: 17 },
  });
  for (const text of ['', 'null', '[]', '{"freed_space":"much"}']) expect(parametersOf({ job_parameters: text }).freed_space).toBe(0);
});
