import { OPERATIONS } from '@berth/api-contract';
import { systemEndpoint } from '../endpoint.ts';
import { locationOf } from './certificate-view.ts';
import { refusing } from './refusing.ts';

export const signCertificate = systemEndpoint(OPERATIONS.signCertificate, 'configuration:update', async ({ parts, body }) => {
  const signed = await refusing(parts.certificates.sign(body), 'Nothing was signed.');
  return { json: signed, headers: locationOf(signed.serial) };
});
