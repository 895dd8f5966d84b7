import { OPERATIONS } from '@berth/api-contract';
import { ApiError } from '../api-error.ts';
import { publicEndpoint } from '../endpoint.ts';
import { NO_CA } from './cert-installer.ts';

/** Public, as in Harbor: a client needs the CA before it can trust anything here, and compares its fingerprint by another way. */
export const getCert = publicEndpoint(OPERATIONS.getCert, async ({ parts }) => {
  const text = await parts.certificates.ca();
  if (text === undefined) throw new ApiError('NOT_FOUND', NO_CA);
  return {
    text,
    headers: { 'content-type': OPERATIONS.getCert.answer.contentType ?? '', 'content-disposition': 'attachment; filename="ca.crt"' },
  };
});
