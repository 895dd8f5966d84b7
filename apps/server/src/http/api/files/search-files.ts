import { OPERATIONS } from '@berth/api-contract';
import { referenceFrom, repositoryEndpoint } from '../repository-endpoint.ts';
import { fileView, openedView, openImage } from './open-image.ts';

export const searchFiles = repositoryEndpoint(OPERATIONS.searchFiles, 'artifact-addition:read', async (call, { repository }) => {
  const { params, query } = call;
  const image = await openImage(call, { repository, reference: referenceFrom(params.reference), platform: query.platform });
  const { files, next } = await image.tree.search(query.text, query);
  return { json: { ...openedView(image), files: files.map(fileView), ...(next === undefined ? {} : { next }) } };
});
