import { OPERATIONS } from '@berth/api-contract';
import { OciError, parseReference, parseRepositoryName, type Reference, type RepositoryName, say } from '@berth/oci';
import { keyOfActor } from '../acting.ts';
import { ApiError } from '../api-error.ts';
import { artifactPath } from '../content-paths.ts';
import { projectEndpoint } from '../endpoint.ts';
import { repositoryName } from '../repository-endpoint.ts';

/** What the caller may not pull answers like what does not exist (law 2). */
export const copyArtifact = projectEndpoint(OPERATIONS.CopyArtifact, 'artifact:create', async ({ parts, params, query, actor }) => {
  const target = repositoryName(params);
  const { repository, reference } = parseSource(query.from);
  if ((await parts.identity.standings.allowingAt(actor, { action: 'repository:pull', repository })) === undefined) {
    throw new OciError('NAME_UNKNOWN', say('no-such-repository')`No repository ${{ repository }} exists.`);
  }
  const source = await parts.content.reads.repository(repository);
  const digest = await parts.content.changes.copy({ source, reference, target, actor: keyOfActor(actor) });
  return { headers: { location: artifactPath(target, digest) } };
});

/** `project/repository:tag` or `project/repository@sha256:...`. */
function parseSource(from: string): { repository: RepositoryName; reference: Reference } {
  const at = from.indexOf('@');
  const split = at >= 0 ? at : from.indexOf(':');
  if (split < 0)
    throw new ApiError(
      'BAD_REQUEST',
      say('copy-source-invalid')`from must read project/repository:tag or project/repository@digest. Nothing was copied.`,
    );
  return { repository: parseRepositoryName(from.slice(0, split)), reference: parseReference(from.slice(split + 1)) };
}
