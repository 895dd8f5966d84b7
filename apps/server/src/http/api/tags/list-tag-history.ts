import { OPERATIONS, type tagMove } from '@berth/api-contract';
import { parseTag } from '@berth/oci';
import type { TagMoved } from '@berth/registry';
import type { z } from 'zod';
import { listReply, pageRequest } from '../paging.ts';
import { nameFromPath } from '../path-names.ts';
import { repositoryEndpoint } from '../repository-endpoint.ts';

export const listTagHistory = repositoryEndpoint(
  OPERATIONS.listTagHistory,
  'tag:list',
  async ({ parts, request, params, query }, { repository }) => {
    const tag = parseTag(nameFromPath(params.tag_name));
    const { items, total } = await parts.content.changes.tagHistory(repository.id, tag, pageRequest(query));
    return listReply(items.map(tagMoveView), { request, query, total });
  },
);

function tagMoveView(shown: TagMoved): z.output<typeof tagMove> {
  return {
    id: shown.id,
    tag: shown.tag,
    ...(shown.digest === undefined ? {} : { digest: shown.digest }),
    ...(shown.previousDigest === undefined ? {} : { previous_digest: shown.previousDigest }),
    actor: shown.actorName,
    time: shown.movedAt.toISOString(),
    available: shown.available,
  };
}
