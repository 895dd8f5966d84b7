import { CertificateError } from '@berth/certs/server';
import { ApiError } from '../api-error.ts';

/** What the certificate tool refuses, with its sentence and what was kept. */
export async function refusing<T>(work: Promise<T>, kept: string): Promise<T> {
  return work.catch((error: unknown) => {
    if (!(error instanceof CertificateError)) throw error;
    const { message, reason, values } = error;
    throw new ApiError('BAD_REQUEST', { text: `${message} ${kept}`.trim(), reason, values }, { cause: error });
  });
}
