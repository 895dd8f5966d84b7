import { OPERATIONS } from '@berth/api-contract';
import { systemEndpoint } from '../endpoint.ts';
import { certificateView, findCertificate } from './certificate-view.ts';
import { refusing } from './refusing.ts';

export const revokeCertificate = systemEndpoint(OPERATIONS.revokeCertificate, 'configuration:update', async ({ parts, params, body }) => {
  const { serial } = await findCertificate(parts, params.serial);
  await refusing(parts.certificates.revoke(serial, body.reason ?? 'unspecified'), 'Nothing was revoked.');
  return { json: certificateView(await findCertificate(parts, serial)) };
});
