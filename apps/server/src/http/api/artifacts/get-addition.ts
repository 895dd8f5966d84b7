import { OPERATIONS } from '@berth/api-contract';
import { say } from '@berth/oci';
import { ADDITIONS } from '@berth/registry';
import { ApiError } from '../api-error.ts';
import { referenceFrom, repositoryEndpoint } from '../repository-endpoint.ts';

const NOTHING_MORE = { tags: false, labels: false, accessories: false };

export const getAddition = repositoryEndpoint(
  OPERATIONS.getAddition,
  'artifact-addition:read',
  async ({ parts, params }, { repository }) => {
    const wanted = params.addition.toLowerCase();
    const name = ADDITIONS.find((known) => known === wanted);
    if (name === undefined)
      throw new ApiError('UNPROCESSABLE_ENTITY', say('addition-unknown')`addition must be one of ${{ known: ADDITIONS.join(', ') }}.`);
    const { reads, additions } = parts.content;
    const { digest } = await reads.artifact(repository, referenceFrom(params.reference), NOTHING_MORE);
    const addition = await additions.read(repository.name, digest, name);
    if (addition.kind === 'json') return { json: addition.value };
    return { text: addition.text, headers: { 'content-type': `${addition.mediaType}; charset=utf-8` } };
  },
);
