import { OPERATIONS } from '@berth/api-contract';
import { ApiError } from '../api-error.ts';
import { publicEndpoint } from '../endpoint.ts';

/** Public, as in Harbor: a client needs the CA before it can trust anything here, and compares its fingerprint by another way. */
export const getCert = publicEndpoint(OPERATIONS.getCert, async ({ parts }) => {
  const text = await parts.certificates.ca();
  if (text === undefined)
    throw new ApiError(
      'NOT_FOUND',
      'This server has no CA of its own to offer: it speaks plain HTTP, or its certificate comes from a CA that clients know.',
    );
  return {
    text,
    headers: { 'content-type': OPERATIONS.getCert.answer.contentType ?? '', 'content-disposition': 'attachment; filename="ca.crt"' },
  };
});
