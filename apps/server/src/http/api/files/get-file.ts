import { OPERATIONS } from '@berth/api-contract';
import { referenceFrom, repositoryEndpoint } from '../repository-endpoint.ts';
import { innerPath, openImage } from './open-image.ts';

/** Whoever may pull the image has its files. Never shown by the browser: the pusher chose the bytes. */
export const getFile = repositoryEndpoint(OPERATIONS.getFile, 'repository:pull', async (call, { repository }) => {
  const { parts, params, query } = call;
  const image = await openImage(call, { repository, reference: referenceFrom(params.reference), platform: query.platform });
  const path = innerPath(query.path);
  const { size, content } = await parts.files.images.read(repository.name, image, path);
  return {
    stream: content,
    headers: {
      'content-type': 'application/octet-stream',
      'content-length': String(size),
      'content-disposition': `attachment; filename*=UTF-8''${encodeURIComponent(path.split('/').at(-1) ?? 'file')}`,
      'x-content-type-options': 'nosniff',
    },
  };
});
