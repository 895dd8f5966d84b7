import { OPERATIONS } from '@berth/api-contract';
import { unknownArtifact } from '@berth/registry';
import { keyOfActor } from '../acting.ts';
import { referenceFrom, repositoryEndpoint } from '../repository-endpoint.ts';

const NOTHING_MORE = { tags: false, labels: false, accessories: false };

export const pinArtifact = repositoryEndpoint(
  OPERATIONS.pinArtifact,
  'artifact-pin:create',
  async ({ parts, params, body, actor }, { repository }) => {
    const reference = referenceFrom(params.reference);
    const { id } = await parts.content.reads.artifact(repository, reference, NOTHING_MORE);
    const pin = { reason: body.reason?.trim() ?? '', actor: keyOfActor(actor) };
    if (!(await parts.content.pins.pin(id, pin))) throw unknownArtifact(repository, reference);
    return {};
  },
);
