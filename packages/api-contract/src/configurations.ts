import { z } from 'zod';
import { nothing } from './common.ts';
import { FIELD_CHECKS } from './field-problem.ts';
import { operation } from './operation.ts';

/** A kind of value, what Harbor has where nothing was set, and whether it means something here. Secrets are never shown. */
interface Key {
  readonly schema: z.ZodType<string | number | boolean>;
  readonly initial: string | number | boolean;
  readonly editable: boolean;
  readonly secret?: boolean;
}

const text = (initial = '', max = 4096): Key => ({ schema: z.string().max(max), initial, editable: false });
const flag = (initial = false): Key => ({ schema: z.boolean(), initial, editable: false });
const number = (initial: number): Key => ({ schema: z.number().int().min(-1).max(Number.MAX_SAFE_INTEGER), initial, editable: false });
const secret = (): Key => ({ ...text(), secret: true });
const ours = (key: Key, schema: Key['schema'] = key.schema): Key => ({ ...key, schema, editable: true });

/** 1,024 TiB, Harbor's own limit. */
const MAX_QUOTA = 1024 ** 5;
const quota = z
  .number()
  .int()
  .min(-1)
  .max(MAX_QUOTA)
  .refine((bytes) => bytes !== 0, FIELD_CHECKS['limit-or-none']);
const endpoint = z
  .string()
  .max(300)
  .regex(/^(?:(?:(?:tcp|tls):\/\/)?(?:[A-Za-z0-9.-]{1,253}|\[[0-9a-fA-F:]{2,39}\]):\d{1,5})?$/, FIELD_CHECKS.endpoint);
const days = z
  .number()
  .int()
  .max(36_500)
  .refine((value) => value === -1 || value > 0, FIELD_CHECKS['days-or-never']);

/** Every setting of Harbor v2.16 (ConfigurationsResponse), and Berth's own at the end. */
export const CONFIGURATION_KEYS = {
  auth_mode: text('db_auth'),
  primary_auth_mode: flag(),
  ldap_base_dn: text(),
  ldap_filter: text(),
  ldap_group_base_dn: text(),
  ldap_group_admin_dn: text(),
  ldap_group_attribute_name: text(),
  ldap_group_search_filter: text(),
  ldap_group_search_scope: number(2),
  ldap_group_attach_parallel: flag(),
  ldap_scope: number(2),
  ldap_search_dn: text(),
  ldap_search_password: secret(),
  ldap_timeout: number(5),
  ldap_uid: text('cn'),
  ldap_url: text(),
  ldap_verify_cert: flag(true),
  ldap_group_membership_attribute: text('memberof'),
  project_creation_restriction: ours(text('everyone'), z.enum(['everyone', 'adminonly'])),
  read_only: ours(flag()),
  self_registration: flag(),
  token_expiration: number(30),
  uaa_client_id: text(),
  uaa_client_secret: secret(),
  uaa_endpoint: text(),
  uaa_verify_cert: flag(),
  http_authproxy_endpoint: text(),
  http_authproxy_tokenreview_endpoint: text(),
  http_authproxy_admin_groups: text(),
  http_authproxy_admin_usernames: text(),
  http_authproxy_verify_cert: flag(true),
  http_authproxy_skip_search: flag(),
  http_authproxy_server_certificate: text(),
  oidc_name: text(),
  oidc_endpoint: text(),
  oidc_client_id: text(),
  oidc_client_secret: secret(),
  oidc_groups_claim: text(),
  oidc_admin_group: text(),
  oidc_group_filter: text(),
  oidc_scope: text(),
  oidc_user_claim: text(),
  oidc_verify_cert: flag(true),
  oidc_auto_onboard: flag(),
  oidc_extra_redirect_parms: text('{}'),
  oidc_logout: flag(),
  robot_token_duration: ours(number(30), days),
  robot_name_prefix: ours(text('robot$'), z.string().regex(/^[a-zA-Z0-9$_.-]{1,64}$/, FIELD_CHECKS['robot-prefix'])),
  notification_enable: flag(true),
  quota_per_project_enable: ours(flag(true)),
  storage_per_project: ours(number(-1), quota),
  audit_log_forward_endpoint: ours(text(), endpoint),
  skip_audit_log_database: ours(flag()),
  // Sessions end after twelve hours in any case.
  session_timeout: ours(number(60), z.number().int().min(1).max(720)),
  scanner_skip_update_pulltime: flag(),
  banner_message: ours(text('', 2048)),
  disabled_audit_log_event_types: ours(text('', 2048)),
  create_project_on_push: ours(flag(true)),
  audit_log_pulls: ours(flag()),
  trash_retention_days: ours(number(7), z.number().int().min(0).max(3650)),
  // What is deleted after a change goes by it.
  trash_counts_in_quota: ours(flag()),
} as const satisfies Readonly<Record<string, Key>>;

export type ConfigurationKey = keyof typeof CONFIGURATION_KEYS;

const entries = Object.entries(CONFIGURATION_KEYS) as [ConfigurationKey, Key][];

/** Keys that mean nothing here are taken and dropped, whatever they hold, so that a whole set that Harbor gave can be sent. */
export const configurationsRequest: z.ZodObject = z.object(
  Object.fromEntries(entries.map(([name, key]) => [name, key.editable ? key.schema.nullish() : z.unknown().optional()])),
);

export const configurationsResponse: z.ZodObject = z.object(
  Object.fromEntries(
    entries.filter(([, key]) => key.secret !== true).map(([name, key]) => [name, z.object({ value: key.schema, editable: z.boolean() })]),
  ),
);

export const configurationOperations = {
  getConfigurations: operation({
    id: 'getConfigurations',
    method: 'get',
    path: '/configurations',
    tag: 'configure',
    summary: 'Read the settings of the system; each says whether it can be changed here.',
    params: nothing,
    query: nothing,
    body: nothing,
    answer: { status: 200, body: configurationsResponse },
    errors: [401, 403],
  }),
  updateConfigurations: operation({
    id: 'updateConfigurations',
    method: 'put',
    path: '/configurations',
    tag: 'configure',
    summary: 'Change settings of the system; what is absent stays as it is.',
    params: nothing,
    query: nothing,
    body: configurationsRequest,
    answer: { status: 200 },
    errors: [400, 401, 403],
  }),
  getInternalconfig: operation({
    id: 'getInternalconfig',
    method: 'get',
    path: '/internalconfig',
    tag: 'configure',
    summary: 'Read the settings of the system, in the form that components of Harbor read.',
    params: nothing,
    query: nothing,
    body: nothing,
    answer: { status: 200, body: z.record(z.string(), z.object({ value: z.unknown(), editable: z.boolean() })) },
    errors: [401, 403],
  }),
} as const;
