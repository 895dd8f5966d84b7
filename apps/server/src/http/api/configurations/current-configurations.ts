import { CONFIGURATION_KEYS, type ConfigurationKey } from '@berth/api-contract';
import type { ApiParts } from '../api-parts.ts';

type Values = Partial<Record<ConfigurationKey, string | number | boolean>>;

export type Configurations = Readonly<Record<string, { readonly value: string | number | boolean; readonly editable: boolean }>>;

/** Every setting but secrets, with whether it can be changed here. */
export async function currentConfigurations({ identity }: ApiParts): Promise<Configurations> {
  const { settings } = identity.stores;
  const [access, system] = await Promise.all([settings.access(), settings.system()]);
  const values: Values = {
    ...system,
    project_creation_restriction: access.projectCreation,
    robot_name_prefix: access.robotNamePrefix,
    robot_token_duration: access.robotDurationDays,
    session_timeout: access.sessionIdleMinutes,
    create_project_on_push: access.createProjectOnPush,
  };
  return Object.fromEntries(
    (Object.keys(CONFIGURATION_KEYS) as ConfigurationKey[])
      .filter((name) => !('secret' in CONFIGURATION_KEYS[name]))
      .map((name) => [name, { value: values[name] ?? CONFIGURATION_KEYS[name].initial, editable: CONFIGURATION_KEYS[name].editable }]),
  );
}
