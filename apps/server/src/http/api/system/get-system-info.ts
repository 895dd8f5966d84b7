import { OPERATIONS } from '@berth/api-contract';
import { publicEndpoint } from '../endpoint.ts';

/** The Harbor release whose API this is: tools read it to know what they may ask for. */
const HARBOR_LEVEL = 'v2.16.0';

export const getSystemInfo = publicEndpoint(OPERATIONS.getSystemInfo, async ({ parts, request, caller }) => {
  const system = await parts.policy.settings.get();
  const everyone = { auth_mode: 'db_auth', primary_auth_mode: false, self_registration: false, banner_message: system.banner_message };
  if (caller === undefined) return { json: everyone };
  const certificate = await parts.certificates.state();
  const settings = await parts.identity.stores.settings.access();
  const { protocol, host } = parts.identity.originOf(request);
  const externalUrl = parts.externalUrl ?? `${protocol}://${host ?? 'localhost'}`;
  return {
    json: {
      ...everyone,
      current_time: new Date().toISOString(),
      registry_url: externalUrl.replace(/^https?:\/\//, ''),
      external_url: externalUrl,
      project_creation_restriction: settings.projectCreation,
      has_ca_root: (await parts.certificates.ca()) !== undefined,
      ...(certificate === undefined ? {} : { certificate }),
      harbor_version: `${HARBOR_LEVEL}-berth-${parts.version}`,
      registry_storage_provider_name: parts.storageType,
      read_only: system.read_only,
      notification_enable: false,
    },
  };
});
