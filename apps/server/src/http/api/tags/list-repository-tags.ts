import { OPERATIONS, type repositoryTag } from '@berth/api-contract';
import type { RepositoryName } from '@berth/oci';
import { artifactType, type TagListing } from '@berth/registry';
import type { z } from 'zod';
import { platformView } from '../artifacts/artifact-view.ts';
import { type IsImmutable, immutableStatus } from '../immutable-status.ts';
import { listReply } from '../paging.ts';
import { repositoryEndpoint } from '../repository-endpoint.ts';
import { tagQuery } from './tag-query.ts';

/** Tags first, each with what it points at. Tags that only carry signatures are folded away unless asked for. */
export const listRepositoryTags = repositoryEndpoint(
  OPERATIONS.listRepositoryTags,
  'tag:list',
  async ({ parts, request, query }, { repository }) => {
    const { items, total } = await parts.content.reads.tags(repository.id, { ...tagQuery(query), accessories: query.with_accessory });
    const isImmutable = await immutableStatus(parts, repository.projectId);
    return listReply(
      items.map((item) => repositoryTagView(item, repository.name, isImmutable)),
      { request, query, total },
    );
  },
);

function repositoryTagView(shown: TagListing, repository: RepositoryName, isImmutable: IsImmutable): z.output<typeof repositoryTag> {
  return {
    id: shown.id,
    name: shown.name,
    digest: shown.digest,
    artifact_id: shown.manifestId,
    type: artifactType(shown.mediaType, shown.artifactType),
    manifest_media_type: shown.mediaType,
    platforms: (shown.facts?.platforms ?? []).map(platformView),
    size: shown.size,
    push_time: shown.pushedAt.toISOString(),
    creation_time: shown.createdAt.toISOString(),
    ...(shown.pulledAt === undefined ? {} : { pull_time: shown.pulledAt.toISOString() }),
    pull_count: shown.pullCount,
    accessory_count: shown.accessoryCount,
    immutable: isImmutable(repository, shown.name),
  };
}
