import { CertificateError } from '@berth/certs/server';
import { unnamed } from '@berth/oci';
import { ApiError } from '../api-error.ts';

/** What the certificate tool refuses, with its sentence and what was kept. */
export async function refusing<T>(work: Promise<T>, kept: string): Promise<T> {
  return work.catch((error: unknown) => {
    throw error instanceof CertificateError
      ? new ApiError('BAD_REQUEST', unnamed(`${error.message} ${kept}`.trim()), { cause: error })
      : error;
  });
}
