import { OPERATIONS } from '@berth/api-contract';
import { referenceFrom, repositoryEndpoint } from '../repository-endpoint.ts';

const NOTHING_MORE = { tags: false, labels: false, accessories: false };

/** As text: the pusher chose the media type, and a browser must not act on it. */
export const getArtifactManifest = repositoryEndpoint(
  OPERATIONS.getArtifactManifest,
  'artifact:read',
  async ({ parts, params }, { repository }) => {
    const { reads, additions } = parts.content;
    const { digest } = await reads.artifact(repository, referenceFrom(params.reference), NOTHING_MORE);
    const { bytes } = await additions.manifest(repository.name, digest);
    return {
      text: bytes.toString('utf8'),
      headers: { 'content-type': 'application/json; charset=utf-8', 'docker-content-digest': digest },
    };
  },
);
