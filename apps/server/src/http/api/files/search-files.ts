import { OPERATIONS } from '@berth/api-contract';
import { referenceFrom, repositoryEndpoint } from '../repository-endpoint.ts';
import { fileView, openedView, openImage } from './open-image.ts';

/** Directories of one answer. */
const DIRECTORIES = 50;
/** Names of one answer; a directory may hold any number, and who searches types more then. */
const MAX_FOUND = 500;

export const searchFiles = repositoryEndpoint(OPERATIONS.searchFiles, 'artifact-addition:read', async (call, { repository }) => {
  const { params, query } = call;
  const image = await openImage(call, { repository, reference: referenceFrom(params.reference), platform: query.platform });
  const { files, next } = await image.tree.search(query.text, { after: query.after, limit: DIRECTORIES });
  return {
    json: { ...openedView(image), files: files.slice(0, MAX_FOUND).map(fileView), ...(next === undefined ? {} : { next }) },
  };
});
