import { OPERATIONS } from '@berth/api-contract';
import { publicEndpoint } from '../endpoint.ts';
import { offeredInstaller } from './cert-installer.ts';

/** Public, like the CA. What it says is worth as much as the connection over which it was read: people read it where they trust one. */
export const getCertInstructions = publicEndpoint(OPERATIONS.getCertInstructions, async (call) => {
  const { host, caUrl, caSha256, scriptUrl, sha256, command, manual } = await offeredInstaller(call);
  return { json: { host, ca_url: caUrl, ca_fingerprint: caSha256, installer: { url: scriptUrl, sha256, command }, manual } };
});
