import type { AccessSettings, Settings, SystemSettings } from '@berth/access';
import type { Knex } from 'knex';
import { rowsOf } from '../transactions.ts';

const DEFAULTS: AccessSettings = {
  projectCreation: 'everyone',
  createProjectOnPush: true,
  robotNamePrefix: 'robot$',
  robotDurationDays: 30,
  sessionIdleMinutes: 60,
};

const SYSTEM_DEFAULTS: SystemSettings = {
  read_only: false,
  banner_message: '',
  quota_per_project_enable: true,
  storage_per_project: -1,
  audit_log_forward_endpoint: '',
  skip_audit_log_database: false,
  disabled_audit_log_event_types: '',
  audit_log_pulls: false,
  trash_retention_days: 7,
  trash_counts_in_quota: false,
};

/** An SQL expression: what the names of robot accounts start with now. */
export const ROBOT_PREFIX = `coalesce((select value->>'robotNamePrefix' from settings where name = 'access'), '${DEFAULTS.robotNamePrefix}')`;

/** Settings as one JSON value per group. A group that was never saved, or an older one without a newer field, has the defaults. */
export function createSettings(knex: Knex): Settings {
  const read = async <Group>(name: string, defaults: Group): Promise<Group> => {
    const rows = await rowsOf<{ value: Partial<Group> }>(knex, 'select value from settings where name = ?', [name]);
    return { ...defaults, ...rows[0]?.value };
  };
  const save = async (name: string, settings: object): Promise<void> => {
    await rowsOf(
      knex,
      `insert into settings (name, value) values (?, ?::jsonb)
       on conflict (name) do update set value = settings.value || excluded.value, updated_at = now()`,
      [name, JSON.stringify(settings)],
    );
  };
  return {
    access: () => read('access', DEFAULTS),
    saveAccess: (settings) => save('access', settings),
    system: () => read('system', SYSTEM_DEFAULTS),
    saveSystem: (settings) => save('system', settings),
  };
}
