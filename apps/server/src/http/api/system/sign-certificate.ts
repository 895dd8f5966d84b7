import { OPERATIONS } from '@berth/api-contract';
import { CertificateError } from '@berth/certs/server';
import { ApiError } from '../api-error.ts';
import { systemEndpoint } from '../endpoint.ts';

export const signCertificate = systemEndpoint(OPERATIONS.signCertificate, 'configuration:update', async ({ parts, body }) => {
  try {
    const { csr, days } = body;
    return { json: await parts.certificates.sign(days === undefined ? { csr } : { csr, days }) };
  } catch (error) {
    if (error instanceof CertificateError) throw new ApiError('BAD_REQUEST', `${error.message} Nothing was signed.`, { cause: error });
    throw error;
  }
});
