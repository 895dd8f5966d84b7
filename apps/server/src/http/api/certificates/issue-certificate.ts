import { OPERATIONS } from '@berth/api-contract';
import { systemEndpoint } from '../endpoint.ts';
import { locationOf, warningsView } from './certificate-view.ts';
import { refusing } from './refusing.ts';

/** For a first setup without tools at hand. The key is in the reply alone, which no cache keeps (the router says no-store). */
export const issueCertificate = systemEndpoint(OPERATIONS.issueCertificate, 'configuration:update', async ({ parts, body }) => {
  const { names, key_type: keyType, days } = body;
  const issued = await refusing(parts.certificates.issue({ names, keyType, days }), 'Nothing was issued.');
  const { certificate, privateKey, serial, warnings } = issued;
  return { json: { certificate, private_key: privateKey, serial, ...warningsView(warnings) }, headers: locationOf(serial) };
});
