import { OPERATIONS } from '@berth/api-contract';
import { systemEndpoint } from '../endpoint.ts';
import { certificateView, findCertificate } from './certificate-view.ts';

export const getCertificate = systemEndpoint(OPERATIONS.getCertificate, 'configuration:read', async ({ parts, params }) => ({
  json: certificateView(await findCertificate(parts, params.serial)),
}));
