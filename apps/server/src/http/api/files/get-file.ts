import { OPERATIONS } from '@berth/api-contract';
import { referenceFrom, repositoryEndpoint } from '../repository-endpoint.ts';
import { contentAuditEntry } from '../content-audit.ts';
import { innerPath, openImage } from './open-image.ts';

/** Whoever may pull the image has its files. Never shown by the browser: the pusher chose the bytes. */
export const getFile = repositoryEndpoint(OPERATIONS.getFile, 'repository:pull', async (call, { repository }) => {
  const { parts, params, query } = call;
  const reference = referenceFrom(params.reference);
  const image = await openImage(call, { repository, reference, platform: query.platform });
  const path = innerPath(query.path);
  const { size, content } = await parts.files.images.read(repository.name, image, path);
  if (parts.policy.audit.tellsPulls())
    parts.policy.audit.recordPull(
      contentAuditEntry(call, { operation: 'pull', repository: repository.name, reference, how: 'as one file' }),
    );
  return {
    stream: content,
    headers: {
      'content-type': 'application/octet-stream',
      'content-length': String(size),
      'content-disposition': `attachment; filename*=UTF-8''${encoded(path.split('/').at(-1) ?? 'file')}`,
      'x-content-type-options': 'nosniff',
    },
  };
});

/** RFC 8187 lets fewer characters stand as they are than URLs do. */
function encoded(name: string): string {
  return encodeURIComponent(name).replaceAll(/['()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);
}
