import { OPERATIONS } from '@berth/api-contract';
import { parseDigest, parseTag, say } from '@berth/oci';
import { keyOfActor } from '../acting.ts';
import { ApiError } from '../api-error.ts';
import { nameFromPath } from '../path-names.ts';
import { repositoryEndpoint } from '../repository-endpoint.ts';

export const rollbackTag = repositoryEndpoint(
  OPERATIONS.rollbackTag,
  'tag:create',
  async ({ parts, params, body, actor }, { repository }) => {
    const change = { tag: parseTag(nameFromPath(params.tag_name)), digest: parseDigest(body.digest), actor: keyOfActor(actor) };
    if ((await parts.content.changes.rollBack(repository, change)) === 'never there') {
      throw new ApiError(
        'CONFLICT',
        say('tag-never-there')`The tag ${{ tag: change.tag }} never pointed at this digest, so it was not moved. Create a tag instead.`,
      );
    }
    return {};
  },
);
