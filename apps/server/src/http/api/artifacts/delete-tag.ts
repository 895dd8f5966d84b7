import { OPERATIONS } from '@berth/api-contract';
import { parseTag } from '@berth/oci';
import { keyOfActor } from '../acting.ts';
import { nameFromPath } from '../path-names.ts';
import { referenceFrom, repositoryEndpoint } from '../repository-endpoint.ts';

export const deleteTag = repositoryEndpoint(OPERATIONS.deleteTag, 'tag:delete', async ({ parts, params, actor }, { repository }) => {
  const change = { tag: parseTag(nameFromPath(params.tag_name)), actor: keyOfActor(actor) };
  await parts.content.changes.deleteTag(repository, referenceFrom(params.reference), change);
  return {};
});
