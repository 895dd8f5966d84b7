import { OPERATIONS } from '@berth/api-contract';
import { systemEndpoint } from '../endpoint.ts';
import { locationOf, warningsView } from './certificate-view.ts';
import { refusing } from './refusing.ts';

export const signCertificate = systemEndpoint(OPERATIONS.signCertificate, 'configuration:update', async ({ parts, body }) => {
  const { warnings, ...signed } = await refusing(parts.certificates.sign(body), 'Nothing was signed.');
  return { json: { ...signed, ...warningsView(warnings) }, headers: locationOf(signed.serial) };
});
