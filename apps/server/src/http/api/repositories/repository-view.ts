import type { repository } from '@berth/api-contract';
import type { Repository } from '@berth/registry';
import type { z } from 'zod';

/** A repository as Harbor's API shows it. */
export function repositoryView(shown: Repository): z.output<typeof repository> {
  return {
    id: shown.id,
    project_id: shown.projectId,
    name: shown.name,
    description: shown.description,
    artifact_count: shown.artifactCount,
    pull_count: shown.pullCount,
    creation_time: shown.createdAt.toISOString(),
    update_time: shown.updatedAt.toISOString(),
  };
}
