import { z } from 'zod';

/**
 * What is read of Harbor's models (goharbor/harbor, api/v2.0/swagger.yaml). Go leaves out what is empty, and writes empty lists as null;
 * what is not named here is of no use for a copy.
 */

const text = z
  .string()
  .nullish()
  .transform((value) => value ?? '');
const flag = z
  .boolean()
  .nullish()
  .transform((value) => value ?? false);
const number = z
  .number()
  .nullish()
  .transform((value) => value ?? 0);

function listOf<Entry extends z.ZodType>(entry: Entry) {
  return z
    .array(entry)
    .nullish()
    .transform((value) => value ?? []);
}

export const generalInfo = z.object({ auth_mode: text, harbor_version: text });

export const user = z.object({
  user_id: z.number(),
  username: z.string(),
  email: text,
  realname: text,
  comment: text,
  sysadmin_flag: flag,
});
export type User = z.output<typeof user>;

export const group = z.object({ id: z.number(), group_name: z.string(), group_type: number, ldap_group_dn: text });
export type Group = z.output<typeof group>;
export const groupMember = z.object({ username: z.string() });

export const project = z.object({
  project_id: z.number(),
  name: z.string(),
  /** Of a proxy cache. */
  registry_id: number,
  metadata: z
    .record(z.string(), z.unknown())
    .nullish()
    .transform((value) => value ?? {}),
  cve_allowlist: z.object({ items: listOf(z.unknown()) }).nullish(),
});
export type Project = z.output<typeof project>;

export const quota = z.object({
  id: z.number(),
  hard: z.object({ storage: z.number().optional() }),
  ref: z.object({ id: number }).nullish(),
});

/** 1 LDAP, 2 HTTP, 3 OIDC; a Berth's own are 4. */
export const member = z.object({
  entity_name: z.string(),
  entity_type: z.enum(['u', 'g']),
  role_id: z.number(),
  role_name: text,
  /** Of a Berth. */
  repository_patterns: listOf(z.string()),
});
export type Member = z.output<typeof member>;

export const label = z.object({ id: z.number(), name: z.string(), description: text, color: text, scope: text });

const access = z.object({ resource: z.string(), action: z.string(), effect: text });
const permission = z.object({ kind: z.string(), namespace: z.string(), access: listOf(access) });

export const robot = z.object({
  id: z.number(),
  name: z.string(),
  description: text,
  level: text,
  disable: flag,
  duration: number,
  expires_at: number,
  permissions: listOf(permission),
});
export type Robot = z.output<typeof robot>;
export const robotCreated = z.object({ id: z.number(), name: z.string(), secret: z.string() });

export const configurations = z.object({ robot_name_prefix: z.object({ value: z.string() }).nullish() });
export const grantable = z.object({ system: listOf(access.omit({ effect: true })), project: listOf(access.omit({ effect: true })) });

const selector = z.object({ kind: text, decoration: text, pattern: text, extras: text });
const rule = z.object({
  disabled: flag,
  action: text,
  template: text,
  params: z.record(z.string(), z.unknown()).nullish(),
  tag_selectors: listOf(selector),
  scope_selectors: z.record(z.string(), listOf(selector)).nullish(),
});
export type Rule = z.output<typeof rule>;

export const immutableRule = rule;
export const retentionPolicy = z.object({
  rules: listOf(rule),
  trigger: z.object({ settings: z.object({ cron: text }).nullish() }).nullish(),
});
export type RetentionPolicy = z.output<typeof retentionPolicy>;

export const repository = z.object({ name: z.string(), description: text });
export type Repository = z.output<typeof repository>;

export const artifact = z.object({
  digest: z.string(),
  manifest_media_type: text,
  tags: listOf(z.object({ name: z.string() })),
  labels: listOf(z.object({ id: z.number(), name: z.string(), scope: text })),
  accessories: listOf(z.object({ digest: z.string() })),
});
export type Artifact = z.output<typeof artifact>;

/** Of what Berth has no counterpart for only the name is told. */
export const named = z.object({ name: z.string() });
