import type { ProjectAction, ProjectStanding } from '@berth/access';
import type { Operation } from '@berth/api-contract';
import { OciError, parseReference, parseRepositoryName, type Reference, type RepositoryName, say } from '@berth/oci';
import type { Repository } from '@berth/registry';
import type { z } from 'zod';
import { type Call, type Endpoint, projectEndpoint, type Reply } from './endpoint.ts';
import { nameFromPath } from './path-names.ts';

type CallOf<O> = O extends Operation<infer P, infer Q, infer B> ? Call<z.output<P>, z.output<Q>, z.output<B>> : never;

/** What the path names, found after the caller was let into the project. */
export interface RepositoryTarget {
  readonly standing: ProjectStanding;
  readonly repository: Repository;
}

type RepositoryHandler<O> = (call: CallOf<O>, target: RepositoryTarget) => Promise<Reply>;

/** An endpoint at a repository that exists; 404 for one that does not, to callers whose rights in the project reach so far. */
export function repositoryEndpoint<O extends Operation>(operation: O, action: ProjectAction, handle: RepositoryHandler<O>): Endpoint {
  return projectEndpoint<O>(operation, action, async (call, standing) => {
    const name = repositoryName(call.params);
    const repository = await call.parts.content.reads.repository(name);
    // The project was deleted and made again in between.
    if (repository.projectId !== standing.projectId)
      throw new OciError('NAME_UNKNOWN', say('no-such-repository')`No repository ${{ repository: name }} exists.`);
    return handle(call, { standing, repository });
  });
}

/** The full name out of a path: `team/app`. Throws NAME_INVALID (400). */
export function repositoryName(params: unknown): RepositoryName {
  const { project_name: project, repository_name: rest } = params as { project_name: string; repository_name: string };
  return parseRepositoryName(`${nameFromPath(project)}/${nameFromPath(rest)}`);
}

/** A tag or digest out of a path. Throws TAG_INVALID or DIGEST_INVALID (400). */
export function referenceFrom(text: string): Reference {
  return parseReference(nameFromPath(text));
}
