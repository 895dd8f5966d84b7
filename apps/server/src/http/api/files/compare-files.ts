import { type fileChange, OPERATIONS } from '@berth/api-contract';
import type { FileChange } from '@berth/registry';
import type { z } from 'zod';
import { referenceFrom, repositoryEndpoint } from '../repository-endpoint.ts';
import { layerView, octal, openImage, otherRepository } from './open-image.ts';

export const compareFiles = repositoryEndpoint(OPERATIONS.compareFiles, 'artifact-addition:read', async (call, { repository }) => {
  const { parts, params, query } = call;
  const other = await otherRepository(call, query.with);
  const from = await openImage(call, { repository, reference: referenceFrom(params.reference), platform: query.platform });
  const to = await openImage(call, { ...other, platform: query.platform ?? from.platform });
  const { changes, next } = await parts.files.compare(from, to).page({ after: query.after, limit: query.limit });
  const unreadable = [...from.layers, ...to.layers].filter(({ state }) => state === 'unreadable');
  return {
    json: {
      settled: from.settled && to.settled,
      unreadable: [...new Map(unreadable.map((layer) => [layer.digest, layerView(layer)])).values()],
      changes: changes.map(changeView),
      ...(next === undefined ? {} : { next }),
    },
  };
});

function changeView({ path, change, from, to }: FileChange): z.output<typeof fileChange> {
  return { path, change, ...(from === undefined ? {} : { from: sideOf(from) }), ...(to === undefined ? {} : { to: sideOf(to) }) };
}

function sideOf({ kind, size, mode, target }: NonNullable<FileChange['from']>): NonNullable<z.output<typeof fileChange>['from']> {
  return { kind, size, mode: octal(mode), ...(target === undefined ? {} : { target }) };
}
