import { OPERATIONS } from '@berth/api-contract';
import { parseTag, say } from '@berth/oci';
import { keyOfActor } from '../acting.ts';
import { ApiError } from '../api-error.ts';
import { artifactPath } from '../content-paths.ts';
import { referenceFrom, repositoryEndpoint } from '../repository-endpoint.ts';

/** Harbor: a tag that exists is not moved, wherever it points. */
export const createTag = repositoryEndpoint(OPERATIONS.createTag, 'tag:create', async ({ parts, params, body, actor }, { repository }) => {
  const tag = parseTag(body.name);
  const outcome = await parts.content.changes.createTag(repository, referenceFrom(params.reference), { tag, actor: keyOfActor(actor) });
  if (outcome === 'exists')
    throw new ApiError('CONFLICT', say('tag-exists')`The tag ${{ tag }} exists already in this repository. Nothing was changed.`);
  return { headers: { location: `${artifactPath(repository.name, encodeURIComponent(params.reference))}/tags/${tag}` } };
});
