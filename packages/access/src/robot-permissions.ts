/**
 * What may be given to a robot account (goharbor/harbor, src/common/rbac/const.go, NolimitProvider), by resource. Never grantable: the
 * system's configuration, the rights of a system administrator, a change of robots, running a retention policy.
 */
const SYSTEM = {
  'audit-log': ['list'],
  'preheat-instance': ['read', 'create', 'delete', 'list', 'update'],
  project: ['list', 'create'],
  'replication-policy': ['read', 'create', 'delete', 'list', 'update'],
  replication: ['read', 'create', 'list'],
  'replication-adapter': ['list'],
  registry: ['read', 'create', 'delete', 'list', 'update'],
  'scan-all': ['read', 'update', 'stop', 'create'],
  'system-volumes': ['read'],
  'garbage-collection': ['read', 'create', 'list', 'update', 'stop'],
  'purge-audit': ['read', 'create', 'list', 'update', 'stop'],
  'jobservice-monitor': ['list', 'stop'],
  scanner: ['read', 'create', 'delete', 'list', 'update'],
  label: ['read', 'create', 'delete', 'update'],
  'security-hub': ['read', 'list'],
  catalog: ['read'],
  quota: ['read', 'list', 'update'],
  robot: ['create', 'read', 'list', 'delete'],
  user: ['create', 'read', 'update', 'list', 'delete'],
  'ldap-user': ['create', 'list'],
  'user-group': ['create', 'read', 'update', 'list', 'delete'],
} as const satisfies Record<string, readonly string[]>;

const PROJECT = {
  log: ['list'],
  project: ['read', 'delete', 'update'],
  metadata: ['read', 'create', 'delete', 'list', 'update'],
  repository: ['read', 'update', 'delete', 'list', 'pull', 'push'],
  artifact: ['read', 'create', 'list', 'delete'],
  scan: ['create', 'read', 'stop'],
  sbom: ['create', 'stop', 'read'],
  tag: ['create', 'list', 'delete'],
  accessory: ['list'],
  'artifact-addition': ['read'],
  'artifact-label': ['create', 'delete'],
  'artifact-pin': ['create', 'delete'],
  scanner: ['create', 'read'],
  'preheat-policy': ['read', 'create', 'delete', 'list', 'update'],
  'immutable-tag': ['create', 'delete', 'list', 'update'],
  'notification-policy': ['read', 'create', 'delete', 'list', 'update'],
  'tag-retention': ['read', 'create', 'delete', 'list', 'update'],
  label: ['read', 'create', 'delete', 'list', 'update'],
  quota: ['read'],
  robot: ['create', 'read', 'list', 'delete'],
  'export-cve': ['create', 'read'],
  member: ['create', 'read', 'update', 'list', 'delete'],
} as const satisfies Record<string, readonly string[]>;

export type RobotSystemAction = ActionOf<typeof SYSTEM>;
type ActionOf<T extends Record<string, readonly string[]>> = { [R in keyof T & string]: `${R}:${T[R][number]}` }[keyof T & string];

/** `<resource>:<action>` words. */
export const ROBOT_SYSTEM_ACTIONS: readonly string[] = words(SYSTEM);
export const ROBOT_PROJECT_ACTIONS: readonly string[] = words(PROJECT);

function words(table: Readonly<Record<string, readonly string[]>>): string[] {
  return Object.entries(table).flatMap(([resource, actions]) => actions.map((action) => `${resource}:${action}`));
}
