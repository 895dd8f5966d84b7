import { describe, expect, it } from 'vitest';
import type { Actor } from './actor.ts';
import { can, decide, decideProjectCreation, decideSystem, explain } from './decide.ts';
import { PROJECT_ACTIONS, type ProjectAction, PUBLIC_ACTIONS, ROLE_ACTIONS, SYSTEM_ACTIONS } from './permissions.ts';
import { rightSet } from './rights.ts';
import { ROLES, type RoleId, strongestRole } from './role.ts';

const USER: Actor = { kind: 'user', id: 1, name: 'u', systemAdmin: false };
const ADMIN: Actor = { kind: 'user', id: 2, name: 'a', systemAdmin: true };
const NOBODY: Actor = { kind: 'anonymous' };
const ROBOT: Actor = { kind: 'robot', id: 3, name: 'r', rights: rightSet([]) };
const standing = (roles: readonly RoleId[], isPublic = false) => ({ projectId: 1, public: isPublic, roles });

describe("Harbor's matrix", () => {
  it('has as many rights per role as Harbor counts', () => {
    const counts = Object.fromEntries(Object.entries(ROLES).map(([name, id]) => [name, ROLE_ACTIONS.get(id)?.size]));
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

  it('says why', () => {
    expect(explain(decide(USER, 'repository:push', standing([ROLES.developer])), 'repository:push')).toBe(
      'repository:push is allowed by the role developer.',
    );
    expect(explain(decide(USER, 'repository:push', standing([ROLES.guest])), 'repository:push')).toContain('no role');
    expect(explain(decide(NOBODY, 'repository:push', standing([], true)), 'repository:push')).toContain('sign-in');
    expect(explain(decide(NOBODY, 'repository:pull', standing([], true)), 'repository:pull')).toContain('public');
  });

  it('lets everyone signed in create projects, or administrators only', () => {
    const everyone = { projectCreation: 'everyone', createProjectOnPush: true, robotNamePrefix: 'robot$', robotDurationDays: 30 } as const;
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
