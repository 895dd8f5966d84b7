import { CONFIGURATION_KEYS, type ConfigurationKey, type FieldProblem, fieldProblem } from '@berth/api-contract';

export type SettingValue = string | number | boolean;

/** What belongs together on the page; settings of a newer server that are in no group come last. */
export const GROUPS = {
  projects: [
    'project_creation_restriction',
    'create_project_on_push',
    'quota_per_project_enable',
    'storage_per_project',
    'trash_counts_in_quota',
    'trash_retention_days',
  ],
  people: ['session_timeout', 'robot_name_prefix', 'robot_token_duration'],
  audit: ['audit_log_pulls', 'disabled_audit_log_event_types', 'audit_log_forward_endpoint', 'skip_audit_log_database'],
  service: ['read_only', 'banner_message'],
} as const satisfies Readonly<Record<string, readonly ConfigurationKey[]>>;

export type GroupName = keyof typeof GROUPS;
export type KnownSetting = (typeof GROUPS)[GroupName][number];

export const GROUP_NAMES = Object.keys(GROUPS) as GroupName[];
const GROUPED: readonly string[] = Object.values(GROUPS).flat();

export function isKnown(name: string): name is KnownSetting {
  return GROUPED.includes(name);
}

/** What the server would say of a value; undefined when it takes it. */
export function problemOf(name: string, value: SettingValue): FieldProblem | undefined {
  const key = (CONFIGURATION_KEYS as Readonly<Record<string, (typeof CONFIGURATION_KEYS)[ConfigurationKey]>>)[name];
  const read = key?.schema.safeParse(value);
  return read === undefined || read.success ? undefined : fieldProblem(value, read.error.issues[0]);
}

const GIB = 1024 ** 3;

/** What is typed for a number: GiB for the quota, else the number itself. */
export function typedNumber(name: string, value: number): string {
  if (name !== 'storage_per_project' || value < 0) return String(value);
  return String(value / GIB);
}

/** NaN for what is no number, which no schema takes. */
export function numberTyped(name: string, text: string): number {
  const value = text.trim() === '' ? Number.NaN : Number(text);
  return name === 'storage_per_project' && value > 0 ? Math.round(value * GIB) : value;
}
