import { type Actor, type Project, type RoleId, strongestRole } from '@berth/access';
import type { project } from '@berth/api-contract';
import type { z } from 'zod';
import type { ApiParts } from '../api-parts.ts';

type ProjectView = z.output<typeof project>;

/** A project as Harbor's API shows it, with the caller's roles, and what is kept beside it. */
export function projectView(shown: Project, roles: readonly RoleId[], metadata: Readonly<Record<string, string>> = {}): ProjectView {
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
    metadata: { ...(metadata as ProjectView['metadata']), public: shown.public ? 'true' : 'false' },
  };
}

/** A page of them: two statements more, whatever their number. */
export async function projectViews(
  { parts, actor }: { readonly parts: ApiParts; readonly actor: Actor },
  shown: readonly Project[],
): Promise<readonly ProjectView[]> {
  if (shown.length === 0) return [];
  const ids = shown.map(({ id }) => id);
  const [roles, metadata] = await Promise.all([
    actor.kind === 'user' ? parts.identity.stores.standings.rolesIn(ids, actor.id) : undefined,
    parts.policy.metadata.ofAll(ids),
  ]);
  return shown.map((project) => projectView(project, roles?.get(project.id) ?? [], metadata.get(project.id)));
}
