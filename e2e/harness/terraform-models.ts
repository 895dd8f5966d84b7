import { type GoShape, omitEmpty } from './harbor-tools.ts';

/** The fields that the Terraform provider reads of each answer, and the Go types that it reads them into. */
export const PROJECT: GoShape = {
  name: 'string',
  project_id: 'int',
  owner_id: 'int',
  owner_name: 'string',
  registry_id: 'int',
  repo_count: 'int',
  creation_time: 'string',
  update_time: 'string',
  deleted: 'bool',
  current_user_role_id: 'int',
  cve_allowlist: { items: [{ cve_id: 'string' }], project_id: 'int', id: 'int', expires_at: 'int' },
  metadata: {
    enable_content_trust: 'string',
    enable_content_trust_cosign: 'string',
    auto_scan: 'string',
    severity: 'string',
    reuse_sys_cve_allowlist: 'string',
    public: 'string',
    prevent_vul: 'string',
    retention_id: 'string',
    auto_sbom_generation: 'string',
    proxy_speed_kb: 'string',
    proxy_cache_local_on_not_found: 'string',
  },
};

export const QUOTA: GoShape = {
  id: 'int',
  creation_time: 'time',
  update_time: 'time',
  hard: { storage: 'int' },
  used: { storage: 'int' },
  ref: { id: 'int', name: 'string', owner: 'string' },
};

export const REPOSITORY: GoShape = {
  id: 'int',
  project_id: 'int',
  name: 'string',
  artifact_count: 'int',
  pull_count: 'int',
  creation_time: 'string',
  update_time: 'string',
};

export const MEMBER: GoShape = { id: 'int', role_id: 'int', project_id: 'int', entity_type: 'string', entity_name: 'string' };

export const ROBOT: GoShape = {
  id: 'int',
  name: 'string',
  level: 'string',
  description: 'string',
  secret: 'string',
  duration: 'int',
  disable: 'bool',
  permissions: [{ kind: 'string', namespace: 'string', access: [{ action: 'string', resource: 'string', effect: 'string' }] }],
};

export const LABEL: GoShape = {
  id: 'int',
  name: 'string',
  description: 'string',
  color: 'string',
  deleted: 'bool',
  scope: 'string',
  project_id: 'int',
};

const SELECTOR: GoShape = { kind: 'string', decoration: 'string', pattern: 'string', extras: 'string' };

export const IMMUTABLE: GoShape = {
  id: 'int',
  disabled: 'bool',
  scope_selectors: { repository: [SELECTOR] },
  tag_selectors: [SELECTOR],
  action: 'string',
  template: 'string',
};

export const RETENTION: GoShape = {
  id: 'int',
  algorithm: 'string',
  rules: [
    {
      disabled: 'bool',
      action: 'string',
      scope_selectors: { repository: [SELECTOR] },
      tag_selectors: [SELECTOR],
      params: { latestPushedK: 'int', latestPulledN: 'int', nDaysSinceLastPush: 'int', nDaysSinceLastPull: 'int' },
      template: 'string',
    },
  ],
  trigger: { kind: 'string', settings: { cron: 'string' } },
  scope: { level: 'string', ref: 'int' },
};

export const SCHEDULE: GoShape = {
  schedule: { type: 'string', cron: 'string' },
  id: 'int',
  job_name: 'string',
  job_kind: 'string',
  job_parameters: 'string',
  job_status: 'string',
  deleted: 'bool',
  creation_time: 'time',
  update_time: 'time',
};

export const USER: GoShape = {
  user_id: 'int',
  username: 'string',
  realname: 'string',
  email: 'string',
  comment: 'string',
  sysadmin_flag: 'bool',
  admin_role_in_auth: 'bool',
  creation_time: 'string',
  update_time: 'string',
};

export const GROUP: GoShape = { id: 'int', group_name: 'string', group_type: 'int', ldap_group_dn: 'string' };

const text: GoShape = { value: 'string', editable: 'bool' };
const flag: GoShape = { value: 'bool', editable: 'bool' };
const number: GoShape = { value: 'int', editable: 'bool' };

export const SETTINGS: GoShape = {
  auth_mode: text,
  primary_auth_mode: flag,
  self_registration: flag,
  oidc_verify_cert: flag,
  oidc_auto_onboard: flag,
  oidc_logout: flag,
  oidc_user_claim: text,
  oidc_scope: text,
  ldap_scope: number,
  ldap_group_search_scope: number,
  ldap_timeout: number,
  ldap_verify_cert: flag,
  storage_per_project: number,
  read_only: flag,
  quota_per_project_enable: flag,
  project_creation_restriction: text,
  robot_name_prefix: text,
  robot_token_duration: number,
  token_expiration: number,
  session_timeout: number,
  scanner_skip_update_pulltime: flag,
  audit_log_forward_endpoint: text,
  skip_audit_log_database: flag,
  banner_message: text,
  notification_enable: flag,
  disabled_audit_log_event_types: text,
};

/** The values of settings, without whether they can be changed. */
export function values(settings: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  return Object.fromEntries(Object.entries(settings).map(([name, entry]) => [name, (entry as { value: unknown }).value]));
}

/** The body that the provider sends for a project: strings for metadata, an empty allowlist, keys of proxies in any case. */
export function projectBody(name: string, isPublic = false): Readonly<Record<string, unknown>> {
  return {
    project_name: name,
    cve_allowlist: {},
    storage_limit: -1,
    metadata: {
      enable_content_trust: 'false',
      enable_content_trust_cosign: 'false',
      auto_scan: 'true',
      severity: 'low',
      reuse_sys_cve_allowlist: 'true',
      public: String(isPublic),
      prevent_vul: 'false',
      auto_sbom_generation: 'false',
      proxy_speed_kb: '-1',
      proxy_cache_local_on_not_found: 'false',
    },
  };
}

export function userBody(username: string, password = 'First-pass-1'): Readonly<Record<string, unknown>> {
  return omitEmpty({ username, password, realname: username, email: `${username}@example.com`, new_password: password });
}

export const RETENTION_RULE = {
  disabled: false,
  action: 'retain',
  scope_selectors: { repository: [{ kind: 'doublestar', decoration: 'repoMatches', pattern: '**' }] },
  tag_selectors: [{ kind: 'doublestar', decoration: 'matches', pattern: '**', extras: '{"untagged":true}' }],
  params: { latestPushedK: 5 },
  template: 'latestPushedK',
} as const;

/** Go writes its zero time where nothing was set. */
export const SYSTEM_BODY = { creation_time: '0001-01-01T00:00:00Z', update_time: '0001-01-01T00:00:00Z' } as const;
