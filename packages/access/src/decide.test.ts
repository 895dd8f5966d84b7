import type { RepositoryName } from '@berth/oci';
import { describe, expect, it } from 'vitest';
import type { Actor } from './actor.ts';
import { can, decide, decideProjectCreation, decideSystem, explain, listedRepositories, mayHandOut } from './decide.ts';
import { PROJECT_ACTIONS, type ProjectAction, PUBLIC_ACTIONS, ROLE_ACTIONS, SYSTEM_ACTIONS } from './permissions.ts';
import { RepositoryPattern } from './repository-pattern.ts';
import { rightSet } from './rights.ts';
import { ROBOT_PROJECT_ACTIONS } from './robot-permissions.ts';
import { ROLES, type RoleId, strongestRole } from './role.ts';

const USER: Actor = { kind: 'user', id: 1, name: 'u', systemAdmin: false };
const ADMIN: Actor = { kind: 'user', id: 2, name: 'a', systemAdmin: true };
const NOBODY: Actor = { kind: 'anonymous' };
const ROBOT: Actor = { kind: 'robot', id: 3, name: 'r', rights: rightSet([]) };
const standing = (roles: readonly RoleId[], isPublic = false) => ({ projectId: 1, public: isPublic, roles });

describe("Harbor's matrix", () => {
  it('has as many rights per role as Harbor counts', () => {
    const harborsOf = (id: RoleId): number =>
      [...(ROLE_ACTIONS.get(id) ?? [])].filter((action) => !action.startsWith('artifact-pin:')).length;
    const counts = Object.fromEntries(Object.entries(ROLES).map(([name, id]) => [name, harborsOf(id)]));
    expect(counts).toEqual({ projectAdmin: 75, maintainer: 53, developer: 36, guest: 20, limitedGuest: 14 });
    expect(PUBLIC_ACTIONS.size).toBe(12);
    expect(SYSTEM_ACTIONS).toHaveLength(53);
  });

  it('nests: each role has what the next weaker one has', () => {
    const order = [ROLES.limitedGuest, ROLES.guest, ROLES.developer, ROLES.maintainer, ROLES.projectAdmin];
    for (const [index, weaker] of order.slice(0, -1).entries()) {
      const stronger = ROLE_ACTIONS.get(order[index + 1] as RoleId);
      for (const action of ROLE_ACTIONS.get(weaker) ?? []) expect(stronger?.has(action), `${action} of ${weaker}`).toBe(true);
    }
  });

  // Written a second time, from Harbor's notes rather than its table.
  it.each<[ProjectAction, readonly RoleId[]]>([
    ['repository:pull', [1, 2, 3, 4, 5]],
    ['repository:push', [1, 2, 4]],
    ['repository:delete', [1, 4]],
    ['tag:delete', [1, 4]],
    ['artifact:delete', [1, 4]],
    ['member:list', [1, 2, 3, 4]],
    ['member:create', [1]],
    ['metadata:update', [1]],
    ['metadata:read', [1, 4]],
    ['project:delete', [1]],
    ['log:list', [1]],
    ['scan:create', [1, 4]],
    ['tag-retention:operate', [1, 2, 4]],
    ['notification-policy:list', [1, 4]],
    ['robot:list', [1, 2, 3, 4]],
    ['label:list', [1, 2, 3, 4]],
    ['quota:read', [1, 2, 3, 4, 5]],
    ['preheat-policy:read', [1]],
    ['export-cve:create', [1, 2, 4]],
  ])('gives %s to the roles %j', (action, roles) => {
    for (const role of Object.values(ROLES)) expect(can(USER, action, standing([role])), `${role}`).toBe(roles.includes(role));
  });
});

describe('decide', () => {
  it('allows nothing where there is no project, not even to administrators', () => {
    for (const actor of [USER, ADMIN, NOBODY, ROBOT])
      expect(decide(actor, 'project:read', undefined)).toEqual({ allowed: false, because: 'no such project' });
  });

  it('allows everything to system administrators', () => {
    for (const action of PROJECT_ACTIONS) expect(can(ADMIN, action, standing([]))).toBe(true);
    for (const action of SYSTEM_ACTIONS) expect(decideSystem(ADMIN, action).allowed).toBe(true);
  });

  it('gives strangers, anonymous callers and robots what a public project shows, and nothing of a private one', () => {
    for (const actor of [USER, NOBODY, ROBOT]) {
      for (const action of PROJECT_ACTIONS) {
        expect(can(actor, action, standing([], true))).toBe(PUBLIC_ACTIONS.has(action));
        expect(can(actor, action, standing([], false))).toBe(false);
      }
    }
  });

  it('adds roles up', () => {
    expect(can(USER, 'repository:push', standing([ROLES.limitedGuest, ROLES.developer]))).toBe(true);
    expect(can(USER, 'repository:delete', standing([ROLES.limitedGuest, ROLES.developer]))).toBe(false);
    expect(strongestRole([ROLES.guest, ROLES.maintainer])).toBe(ROLES.maintainer);
  });

  it('asks robots about their own list, project by project, and nothing else', () => {
    const rights = rightSet([
      { where: { projectId: 1 }, actions: ['repository:push', 'tag:list'] },
      { where: 'system', actions: ['user:list'] },
    ]);
    const robot: Actor = { kind: 'robot', id: 3, name: 'r', rights };
    const held = PROJECT_ACTIONS.filter((action) => can(robot, action, standing([ROLES.projectAdmin])));
    expect(held.sort()).toEqual(['project:read', 'repository:create', 'repository:pull', 'repository:push', 'tag:list']);
    for (const action of PROJECT_ACTIONS) expect(can(robot, action, { ...standing([ROLES.projectAdmin]), projectId: 2 })).toBe(false);
    expect(SYSTEM_ACTIONS.filter((action) => decideSystem(robot, action).allowed)).toEqual(['user:list']);
    const everywhere: Actor = { ...robot, rights: rightSet([{ where: 'every project', actions: ['repository:pull'] }]) };
    expect(can(everywhere, 'repository:pull', { ...standing([]), projectId: 77 })).toBe(true);
  });

  it('takes what a narrowed token does not name, from administrators too, but never what is public', () => {
    const limit = rightSet([{ where: { projectId: 1 }, actions: ['repository:pull'] }]);
    const [user, admin]: readonly Actor[] = [{ ...USER, limit } as Actor, { ...ADMIN, limit } as Actor];
    for (const actor of [user, admin] as Actor[]) {
      expect(can(actor, 'repository:pull', standing([ROLES.developer]))).toBe(true);
      expect(decide(actor, 'repository:push', standing([ROLES.developer]))).toEqual({ allowed: false, because: 'token is narrower' });
      expect(can(actor, 'artifact:list', standing([ROLES.developer], true))).toBe(true);
      for (const action of SYSTEM_ACTIONS) expect(decideSystem(actor, action).allowed).toBe(false);
    }
    // A token gives nothing that its owner lost.
    expect(can(user as Actor, 'repository:pull', standing([]))).toBe(false);
  });

  it('counts a role for some repositories there only, and never for the project itself', () => {
    const grant = {
      role: 'maintainer',
      actions: ROLE_ACTIONS.get(ROLES.maintainer) ?? new Set(),
      patterns: [RepositoryPattern.of('team/app-*')],
    };
    const narrowed = { ...standing([]), grants: [grant] };
    const at = (action: ProjectAction, name: string) => can(USER, { action, repository: name as RepositoryName }, narrowed);
    expect(at('repository:push', 'team/app-a')).toBe(true);
    expect(at('repository:push', 'team/other')).toBe(false);
    expect(at('label:create', 'team/app-a')).toBe(false);
    expect(PROJECT_ACTIONS.filter((action) => can(USER, action, narrowed))).toEqual(['project:read', 'repository:list']);
    expect(listedRepositories(USER, narrowed)).toEqual(['^(?:team/app-[^/]*)$']);
    expect(listedRepositories(USER, { ...narrowed, roles: [ROLES.guest] })).toBe('all');
    expect(listedRepositories(ADMIN, narrowed)).toBe('all');
  });

  it('lets nobody hand out what he does not have', () => {
    const guest = ROLE_ACTIONS.get(ROLES.guest) ?? new Set();
    expect(mayHandOut(USER, guest, standing([ROLES.developer]))).toBe(true);
    expect(mayHandOut(USER, ROLE_ACTIONS.get(ROLES.maintainer) ?? new Set(), standing([ROLES.developer]))).toBe(false);
    const all = rightSet([{ where: { projectId: 1 }, actions: ROBOT_PROJECT_ACTIONS }]);
    const robot: Actor = { kind: 'robot', id: 3, name: 'r', rights: all };
    expect(mayHandOut(robot, ROLE_ACTIONS.get(ROLES.developer) ?? new Set(), standing([]))).toBe(true);
    expect(mayHandOut(ROBOT, guest, standing([]))).toBe(false);
  });

  it('says why', () => {
    expect(explain(decide(USER, 'repository:push', standing([ROLES.developer])), 'repository:push')).toBe(
      'repository:push is allowed by the role developer.',
    );
    expect(explain(decide(USER, 'repository:push', standing([ROLES.guest])), 'repository:push')).toContain('no role');
    expect(explain(decide(NOBODY, 'repository:push', standing([], true)), 'repository:push')).toContain('sign-in');
    expect(explain(decide(NOBODY, 'repository:pull', standing([], true)), 'repository:pull')).toContain('public');
  });

  it('lets everyone signed in create projects, or administrators only', () => {
    const everyone = {
      projectCreation: 'everyone',
      createProjectOnPush: true,
      robotNamePrefix: 'robot$',
      robotDurationDays: 30,
      sessionIdleMinutes: 60,
    } as const;
    const restricted = { ...everyone, projectCreation: 'adminonly' } as const;
    expect([USER, ADMIN, NOBODY, ROBOT].map((actor) => decideProjectCreation(actor, everyone).allowed)).toEqual([true, true, false, false]);
    expect([USER, ADMIN, NOBODY, ROBOT].map((actor) => decideProjectCreation(actor, restricted).allowed)).toEqual([
      false,
      true,
      false,
      false,
    ]);
    expect(decideSystem(USER, 'user:list').allowed).toBe(false);
  });
});
