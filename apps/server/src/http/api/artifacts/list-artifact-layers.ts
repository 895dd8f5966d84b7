import { OPERATIONS } from '@berth/api-contract';
import { referenceFrom, repositoryEndpoint } from '../repository-endpoint.ts';

const NOTHING_MORE = { tags: false, labels: false, accessories: false };

export const listArtifactLayers = repositoryEndpoint(
  OPERATIONS.listArtifactLayers,
  'artifact-addition:read',
  async ({ parts, params }, { repository }) => {
    const { reads, additions } = parts.content;
    const { digest } = await reads.artifact(repository, referenceFrom(params.reference), NOTHING_MORE);
    const layers = await additions.layers(repository.name, digest);
    return { json: layers.map(({ mediaType, ...layer }) => ({ ...layer, ...(mediaType === undefined ? {} : { media_type: mediaType }) })) };
  },
);
