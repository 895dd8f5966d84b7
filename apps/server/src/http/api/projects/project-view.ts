import { type Project, type RoleId, strongestRole } from '@berth/access';
import type { project } from '@berth/api-contract';
import type { z } from 'zod';

/** A project as Harbor's API shows it, with the caller's roles. */
export function projectView(shown: Project, roles: readonly RoleId[]): z.output<typeof project> {
  const strongest = strongestRole(roles);
  return {
    project_id: shown.id,
    owner_id: shown.ownerId,
    name: shown.name,
    creation_time: shown.createdAt.toISOString(),
    update_time: shown.updatedAt.toISOString(),
    deleted: false,
    owner_name: shown.ownerName,
    ...(strongest === undefined ? {} : { current_user_role_id: strongest, current_user_role_ids: [...roles] }),
    repo_count: shown.repositoryCount,
    metadata: { public: shown.public ? 'true' : 'false' },
  };
}
