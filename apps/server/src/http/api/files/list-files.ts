import { OPERATIONS } from '@berth/api-contract';
import { OciError, say } from '@berth/oci';
import { referenceFrom, repositoryEndpoint } from '../repository-endpoint.ts';
import { fileView, innerPath, openedView, openImage } from './open-image.ts';

export const listFiles = repositoryEndpoint(OPERATIONS.listFiles, 'artifact-addition:read', async (call, { repository }) => {
  const { params, query } = call;
  const image = await openImage(call, { repository, reference: referenceFrom(params.reference), platform: query.platform });
  const directory = innerPath(query.directory);
  const found = await image.tree.directory(directory, query);
  // While layers are being read, it may come.
  if (found === undefined && image.settled)
    throw new OciError('BLOB_UNKNOWN', say('no-such-directory')`The image has no directory ${{ directory: JSON.stringify(directory) }}.`);
  return { json: { ...openedView(image), directory, files: found?.files.map(fileView) ?? [], more: found?.more ?? false } };
});
