import type { RepositoryName } from '@berth/oci';
import type { Actor, UserActor } from './actor.ts';
import { isRepositoryAction, type ProjectAction, PUBLIC_ACTIONS, ROLE_ACTIONS, type SystemAction } from './permissions.ts';
import type { ProjectStanding } from './ports/projects.ts';
import type { AccessSettings } from './ports/settings.ts';
import { holdsInProject } from './rights.ts';
import { ROBOT_PROJECT_ACTIONS } from './robot-permissions.ts';
import { type RoleId, roleName } from './role.ts';

/** An answer and its reason, ready to be shown to an administrator who asks why. */
export type Decision =
  | {
      readonly allowed: true;
      readonly because: 'system administrator' | 'role' | 'public project' | 'signed in' | 'permission';
      readonly role?: RoleId;
      /** A role made here, or one that counts for some repositories only. */
      readonly grant?: { readonly role: string; readonly patterns?: readonly string[] };
    }
  | {
      readonly allowed: false;
      readonly because: 'no such project' | 'not signed in' | 'no right' | 'token is narrower';
    };

/** An action in a project, or at one repository of it: roles that count for some repositories only are asked about those. */
export type Wanted = ProjectAction | { readonly action: ProjectAction; readonly repository: RepositoryName };

const ADMINISTRATOR: Decision = { allowed: true, because: 'system administrator' };
const PUBLIC: Decision = { allowed: true, because: 'public project' };
const SIGNED_IN: Decision = { allowed: true, because: 'signed in' };
const PERMISSION: Decision = { allowed: true, because: 'permission' };
const NO_PROJECT: Decision = { allowed: false, because: 'no such project' };
const NOT_SIGNED_IN: Decision = { allowed: false, because: 'not signed in' };
const NO_RIGHT: Decision = { allowed: false, because: 'no right' };
const NARROWER: Decision = { allowed: false, because: 'token is narrower' };

const GIVEN_TO_ROBOTS: ReadonlySet<string> = new Set(ROBOT_PROJECT_ACTIONS);

/** What a role for some repositories also opens: that the project is there, and the list, which then shows those repositories only. */
const WITH_ANY_REPOSITORY: ReadonlySet<ProjectAction> = new Set(['project:read', 'repository:list']);

/**
 * May `actor` do what is `wanted` in the project of `standing` (undefined: no such project)? Pure: the standing must be the actor's own and
 * fresh. Several roles add up; nothing takes a right away but the narrowing of a token.
 */
export function decide(actor: Actor, wanted: Wanted, standing: ProjectStanding | undefined): Decision {
  if (standing === undefined) return NO_PROJECT;
  const action = typeof wanted === 'string' ? wanted : wanted.action;
  const decision = byRights(actor, wanted, standing);
  if (decision.allowed) return decision;
  if (standing.public && PUBLIC_ACTIONS.has(action)) return PUBLIC;
  return decision;
}

function byRights(actor: Actor, wanted: Wanted, standing: ProjectStanding): Decision {
  const action = typeof wanted === 'string' ? wanted : wanted.action;
  switch (actor.kind) {
    case 'anonymous':
      return NOT_SIGNED_IN;
    case 'robot':
      return holdsInProject(actor.rights, action, standing.projectId) ? PERMISSION : NO_RIGHT;
    case 'user': {
      const decision = byRoles(actor, wanted, standing);
      if (!decision.allowed || actor.limit === undefined) return decision;
      return holdsInProject(actor.limit, action, standing.projectId) ? decision : NARROWER;
    }
  }
}

function byRoles(actor: UserActor, wanted: Wanted, standing: ProjectStanding): Decision {
  if (actor.systemAdmin) return ADMINISTRATOR;
  const action = typeof wanted === 'string' ? wanted : wanted.action;
  for (const role of standing.roles) {
    if (ROLE_ACTIONS.get(role)?.has(action)) return { allowed: true, because: 'role', role };
  }
  for (const grant of standing.grants ?? []) {
    if (grant.patterns === undefined) {
      if (grant.actions.has(action)) return { allowed: true, because: 'role', grant: { role: grant.role } };
      continue;
    }
    const counts =
      typeof wanted === 'string' || WITH_ANY_REPOSITORY.has(action)
        ? WITH_ANY_REPOSITORY.has(action)
        : isRepositoryAction(action) && grant.actions.has(action) && grant.patterns.some((pattern) => pattern.matches(wanted.repository));
    if (counts) return { allowed: true, because: 'role', grant: { role: grant.role, patterns: grant.patterns.map(({ text }) => text) } };
  }
  return NO_RIGHT;
}

/** {@link decide} where only the answer counts. */
export function can(actor: Actor, wanted: Wanted, standing: ProjectStanding | undefined): boolean {
  return decide(actor, wanted, standing).allowed;
}

/**
 * Which repositories of the project its list shows the actor: all, or those that match one of these regular expressions of Postgres. Only
 * for who {@link can} `repository:list`.
 */
export function listedRepositories(actor: Actor, standing: ProjectStanding): 'all' | readonly string[] {
  const whole: ProjectStanding = { ...standing, grants: (standing.grants ?? []).filter(({ patterns }) => patterns === undefined) };
  if (can(actor, 'repository:list', whole)) return 'all';
  return (standing.grants ?? []).flatMap(({ patterns }) => (patterns ?? []).map(({ posix }) => posix));
}

/** May `actor` do `action` outside projects? System administrators may do everything there, robots what is listed for them. */
export function decideSystem(actor: Actor, action: SystemAction): Decision {
  switch (actor.kind) {
    case 'anonymous':
      return NOT_SIGNED_IN;
    case 'user':
      if (!actor.systemAdmin) return NO_RIGHT;
      return actor.limit === undefined || actor.limit.system.has(action) ? ADMINISTRATOR : NARROWER;
    case 'robot':
      return actor.rights.system.has(action) ? PERMISSION : NO_RIGHT;
  }
}

/** May `actor` create a project? Everyone who signed in, unless the setting keeps it to system administrators (Harbor's rule). */
export function decideProjectCreation(actor: Actor, settings: AccessSettings): Decision {
  const bySystem = decideSystem(actor, 'project:create');
  if (bySystem.allowed || actor.kind !== 'user') return bySystem;
  if (settings.projectCreation !== 'everyone') return NO_RIGHT;
  return actor.limit === undefined || actor.limit.system.has('project:create') ? SIGNED_IN : NARROWER;
}

/** Whoever may do everything everywhere may also be told that something does not exist. */
export function mayKnowEveryProject(actor: Actor): boolean {
  return actor.kind === 'user' && actor.systemAdmin && actor.limit === undefined;
}

/**
 * May `actor` hand out these rights in a project, as a role? Nobody gives what he does not have there himself. Robots can never have some
 * rights that every role contains (`repository:create` comes with push): those do not count against them.
 */
export function mayHandOut(actor: Actor, actions: Iterable<ProjectAction>, standing: ProjectStanding | undefined): boolean {
  for (const action of actions) {
    if (actor.kind === 'robot' && !GIVEN_TO_ROBOTS.has(action)) continue;
    if (!can(actor, action, standing)) return false;
  }
  return true;
}

/** A decision as a sentence. `action` in words such as `repository:push`. */
export function explain(decision: Decision, action: string): string {
  if (!decision.allowed) {
    switch (decision.because) {
      case 'no such project':
        return `${action} is denied: the project does not exist.`;
      case 'not signed in':
        return `${action} is denied: it needs a sign-in.`;
      case 'no right':
        return `${action} is denied: no role of this account contains it.`;
      case 'token is narrower':
        return `${action} is denied: the account may do it, but its access token was narrowed to less.`;
    }
  }
  switch (decision.because) {
    case 'system administrator':
      return `${action} is allowed: the account is a system administrator.`;
    case 'role':
      return `${action} is allowed by the role ${roleOf(decision)}.`;
    case 'public project':
      return `${action} is allowed to everyone: the project is public.`;
    case 'signed in':
      return `${action} is allowed to every account.`;
    case 'permission':
      return `${action} is allowed: it is among the permissions of this robot account.`;
  }
}

function roleOf({ role, grant }: Extract<Decision, { allowed: true }>): string {
  if (role !== undefined) return roleName(role);
  if (grant === undefined) return 'held';
  return grant.patterns === undefined ? grant.role : `${grant.role}, held for ${grant.patterns.join(', ')}`;
}
