import { OPERATIONS } from '@berth/api-contract';
import { writePem } from '@berth/certs/server';
import { ApiError } from '../api-error.ts';
import { publicEndpoint } from '../endpoint.ts';
import { NO_CA } from './cert-installer.ts';

/** Public, as in Harbor: a client needs the CA before it can trust anything here, and compares its fingerprint by another way. */
export const getCert = publicEndpoint(OPERATIONS.getCert, async ({ parts, query }) => {
  const anchor = await parts.certificates.anchor();
  if (anchor === undefined) throw new ApiError('NOT_FOUND', NO_CA);
  const isDer = query.format === 'der';
  const headers = {
    'content-type': OPERATIONS.getCert.answer.contentType ?? '',
    'content-disposition': `attachment; filename="${isDer ? 'ca.cer' : 'ca.crt'}"`,
  };
  return isDer ? { stream: oneChunk(anchor.der), headers } : { text: writePem('CERTIFICATE', anchor.der), headers };
});

async function* oneChunk(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
