import type { Actor, Project, ProjectStanding } from '@berth/access';
import { parseProjectName, say } from '@berth/oci';
import type { Request } from 'express';
import { ApiError } from './api-error.ts';
import type { ApiParts } from './api-parts.ts';
import { nameFromPath } from './path-names.ts';

interface ProjectCall {
  readonly parts: ApiParts;
  readonly request: Request;
  readonly actor: Actor;
  readonly params: unknown;
}

/** The caller's standing, read now, in the project that the path names; undefined when none exists or the name could not be one. */
export async function findStanding({ parts, request, actor, params }: ProjectCall): Promise<ProjectStanding | undefined> {
  const { project_name_or_id: nameOrId, project_name: onlyName } = params as { project_name_or_id?: string; project_name?: string };
  const { standings } = parts.identity.stores;
  const userId = actor.kind === 'user' ? actor.id : undefined;
  const name = nameFromPath(nameOrId ?? onlyName ?? '');
  // Harbor: a number is an id, unless the header says that it is a name. Paths of repositories always have the name.
  if (nameOrId !== undefined && /^\d+$/.test(name) && request.get('x-is-resource-name')?.toLowerCase() !== 'true') {
    const id = Number(name);
    return Number.isSafeInteger(id) ? standings.inProjectId(id, userId) : undefined;
  }
  return /^[a-z0-9._-]{1,255}$/.test(name) ? standings.inProject(parseProjectName(name), userId) : undefined;
}

/** The project of a standing; it may have been deleted since. */
export async function projectOf({ parts }: { readonly parts: ApiParts }, standing: ProjectStanding): Promise<Project> {
  const project = await parts.identity.stores.projects.find(standing.projectId);
  if (project === undefined) throw new ApiError('NOT_FOUND', say('project-just-deleted')`The project was deleted a moment ago.`);
  return project;
}
