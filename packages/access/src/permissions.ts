import type { RobotSystemAction } from './robot-permissions.ts';
import { ROLES, type RoleId } from './role.ts';

/**
 * Who may do what in a project: Harbor's matrix, letter for letter (goharbor/harbor, src/common/rbac/project/rbac_role.go and rbac_util.go), and what is marked as
 * beyond Harbor.
 * A projectAdmin, M maintainer, D developer, G guest, L limitedGuest, P anyone at a public project, signed in or not.
 * Where Harbor's documentation and code differ, the code counts.
 */
const MATRIX = {
  'project:read': 'AMDGLP',
  'project:update': 'A',
  'project:delete': 'A',

  'member:create': 'A',
  'member:read': 'AMDG',
  'member:update': 'A',
  'member:delete': 'A',
  'member:list': 'AMDG',

  'metadata:create': 'A',
  'metadata:read': 'AM',
  'metadata:update': 'A',
  'metadata:delete': 'A',

  'log:list': 'A',

  'label:create': 'AM',
  'label:read': 'AMDGP',
  'label:update': 'AM',
  'label:delete': 'AM',
  'label:list': 'AMDGP',

  'quota:read': 'AMDGL',

  'repository:create': 'AMD',
  'repository:read': 'AMDGL',
  'repository:update': 'AMD',
  'repository:delete': 'AM',
  'repository:list': 'AMDGLP',
  'repository:pull': 'AMDGLP',
  'repository:push': 'AMD',

  'tag-retention:create': 'AMD',
  'tag-retention:read': 'AMD',
  'tag-retention:update': 'AMD',
  'tag-retention:delete': 'AMD',
  'tag-retention:list': 'AMD',
  'tag-retention:operate': 'AMD',

  'immutable-tag:create': 'AM',
  'immutable-tag:update': 'AM',
  'immutable-tag:delete': 'AM',
  'immutable-tag:list': 'AM',

  'configuration:read': 'AMDGL',
  'configuration:update': 'A',

  'robot:create': 'A',
  'robot:read': 'AMDG',
  'robot:update': 'A',
  'robot:delete': 'A',
  'robot:list': 'AMDG',

  'notification-policy:create': 'A',
  'notification-policy:read': 'AM',
  'notification-policy:update': 'A',
  'notification-policy:delete': 'A',
  'notification-policy:list': 'AM',

  'scan:create': 'AM',
  'scan:read': 'AMDGLP',
  'scan:stop': 'AM',

  'sbom:create': 'AM',
  'sbom:read': 'AMDGL',
  'sbom:stop': 'AM',

  'scanner:create': 'A',
  'scanner:read': 'AMDGLP',

  'artifact:create': 'AMD',
  'artifact:read': 'AMDGLP',
  'artifact:delete': 'AM',
  'artifact:list': 'AMDGLP',

  'artifact-addition:read': 'AMDGLP',

  'tag:create': 'AMD',
  'tag:delete': 'AM',
  'tag:list': 'AMDGLP',

  'accessory:list': 'AMDGLP',

  'artifact-label:create': 'AMD',
  'artifact-label:delete': 'AMD',

  // Beyond Harbor: who may delete may also see to it that nothing is deleted.
  'artifact-pin:create': 'AM',
  'artifact-pin:delete': 'AM',

  'preheat-policy:create': 'A',
  'preheat-policy:read': 'A',
  'preheat-policy:update': 'A',
  'preheat-policy:delete': 'A',
  'preheat-policy:list': 'A',

  'export-cve:create': 'AMD',
  'export-cve:read': 'AMD',
  'export-cve:list': 'AMD',
} as const satisfies Record<`${string}:${string}`, string>;

/** One right inside a project, written `<resource>:<action>` in Harbor's words. */
export type ProjectAction = keyof typeof MATRIX;

export const PROJECT_ACTIONS = Object.keys(MATRIX) as readonly ProjectAction[];

/** Resources that lie in one repository: what a role for some repositories can be about. */
const REPOSITORY_RESOURCES = new Set([
  'repository',
  'artifact',
  'artifact-addition',
  'artifact-label',
  'artifact-pin',
  'tag',
  'accessory',
  'scan',
  'sbom',
]);

export function isRepositoryAction(action: ProjectAction): boolean {
  return REPOSITORY_RESOURCES.has(action.slice(0, action.indexOf(':')));
}

export function isProjectAction(text: string): text is ProjectAction {
  return Object.hasOwn(MATRIX, text);
}

const LETTER_OF_ROLE: Readonly<Record<RoleId, string>> = {
  [ROLES.projectAdmin]: 'A',
  [ROLES.maintainer]: 'M',
  [ROLES.developer]: 'D',
  [ROLES.guest]: 'G',
  [ROLES.limitedGuest]: 'L',
};

function actionsOf(letter: string): ReadonlySet<ProjectAction> {
  return new Set(PROJECT_ACTIONS.filter((action) => MATRIX[action].includes(letter)));
}

/** What each role may do. */
export const ROLE_ACTIONS: ReadonlyMap<RoleId, ReadonlySet<ProjectAction>> = new Map(
  Object.values(ROLES).map((role) => [role, actionsOf(LETTER_OF_ROLE[role])]),
);

/** What anyone may do at a public project. */
export const PUBLIC_ACTIONS: ReadonlySet<ProjectAction> = actionsOf('P');

/**
 * Rights outside projects (goharbor/harbor, src/common/rbac/system/policies.go). System administrators hold all of them, users none;
 * the rights that every signed-in user has are routes of their own and need no entry here.
 */
const SYSTEM_MATRIX = {
  'audit-log': ['list'],
  catalog: ['read'],
  configuration: ['read', 'update'],
  distribution: ['create', 'read', 'update', 'delete', 'list'],
  'garbage-collection': ['create', 'read', 'update', 'delete', 'list'],
  'jobservice-monitor': ['read', 'list', 'stop'],
  'ldap-user': ['create', 'list'],
  project: ['create', 'read', 'update', 'delete', 'list'],
  registry: ['create', 'read', 'update', 'delete', 'list'],
  replication: ['create', 'read', 'update', 'delete', 'list'],
  'scan-all': ['create', 'read', 'update', 'delete', 'list', 'stop'],
  'security-hub': ['read', 'list'],
  'system-volumes': ['read'],
  user: ['create', 'read', 'update', 'delete', 'list'],
  'user-group': ['create', 'read', 'update', 'delete', 'list'],
} as const satisfies Record<string, readonly string[]>;

/** One right outside projects, written `<resource>:<action>`; robots may hold some that Harbor's own policies do not name. */
export type SystemAction = PolicyAction | RobotSystemAction | RoleAction | AdministratorAction;
/** Beyond Harbor: of roles that are made here. */
type RoleAction = 'role:create' | 'role:update' | 'role:delete';
/**
 * Beyond Harbor, where `user:update` has it: to make somebody a system administrator, or to enter as one. No robot and no narrowed token can
 * have it, or whoever may change users could become more than he is.
 */
type AdministratorAction = 'administrator:update';
type PolicyAction = { [R in keyof typeof SYSTEM_MATRIX]: `${R}:${(typeof SYSTEM_MATRIX)[R][number]}` }[keyof typeof SYSTEM_MATRIX];

export const SYSTEM_ACTIONS = Object.entries(SYSTEM_MATRIX).flatMap(([resource, actions]) =>
  actions.map((action) => `${resource}:${action}`),
) as readonly PolicyAction[];
