import type { AccessSettings, SystemSettings } from '@berth/access';
import { CONFIGURATION_KEYS, type ConfigurationKey, OPERATIONS } from '@berth/api-contract';
import { say } from '@berth/oci';
import { ApiError } from '../api-error.ts';
import { systemEndpoint } from '../endpoint.ts';

const ACCESS_FIELDS: Readonly<Partial<Record<ConfigurationKey, keyof AccessSettings>>> = {
  project_creation_restriction: 'projectCreation',
  robot_name_prefix: 'robotNamePrefix',
  robot_token_duration: 'robotDurationDays',
  session_timeout: 'sessionIdleMinutes',
  create_project_on_push: 'createProjectOnPush',
};

/** What means nothing here is dropped without a word, as its `editable: false` says. */
export const updateConfigurations = systemEndpoint(OPERATIONS.updateConfigurations, 'configuration:update', async ({ parts, body }) => {
  const access: Record<string, unknown> = {};
  const system: Record<string, unknown> = {};
  for (const name of Object.keys(CONFIGURATION_KEYS) as ConfigurationKey[]) {
    const value = (body as Partial<Record<ConfigurationKey, unknown>>)[name];
    if (!CONFIGURATION_KEYS[name].editable || value === undefined || value === null) continue;
    const field = ACCESS_FIELDS[name];
    if (field === undefined) system[name] = value;
    else access[field] = value;
  }
  requireSomeLog(await parts.identity.stores.settings.system(), system);
  if (Object.keys(access).length > 0) await parts.identity.stores.settings.saveAccess(access as Partial<AccessSettings>);
  if (Object.keys(system).length > 0) await parts.policy.settings.save(system as Partial<SystemSettings>);
  return {};
});

/** Harbor's rule: without a server to forward to, the log stays in the database. */
function requireSomeLog(before: SystemSettings, changes: Partial<SystemSettings>): void {
  const { skip_audit_log_database: skip, audit_log_forward_endpoint: endpoint } = { ...before, ...changes };
  if (skip && endpoint === '')
    throw new ApiError(
      'BAD_REQUEST',
      say(
        'audit-needs-endpoint',
      )`skip_audit_log_database needs an audit_log_forward_endpoint, or nothing would be kept of the audit log. Nothing was changed.`,
    );
}
