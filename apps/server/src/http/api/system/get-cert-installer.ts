import { OPERATIONS } from '@berth/api-contract';
import { publicEndpoint } from '../endpoint.ts';
import { offeredInstaller } from './cert-installer.ts';

/** Public: a client needs it before it can trust anything here, and compares its checksum, which came by another way. */
export const getCertInstaller = publicEndpoint(OPERATIONS.getCertInstaller, async (call) => ({
  text: (await offeredInstaller(call)).script,
  headers: { 'content-type': OPERATIONS.getCertInstaller.answer.contentType ?? '' },
}));
