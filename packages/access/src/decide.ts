import type { Actor } from './actor.ts';
import { type ProjectAction, PUBLIC_ACTIONS, ROLE_ACTIONS, type SystemAction } from './permissions.ts';
import type { ProjectStanding } from './ports/projects.ts';
import type { AccessSettings } from './ports/settings.ts';
import { type RoleId, roleName } from './role.ts';

/** An answer and its reason, ready to be shown to an administrator who asks why. */
export type Decision =
  | { readonly allowed: true; readonly because: 'system administrator' | 'role' | 'public project' | 'signed in'; readonly role?: RoleId }
  | { readonly allowed: false; readonly because: 'no such project' | 'not signed in' | 'no right' };

const ADMINISTRATOR: Decision = { allowed: true, because: 'system administrator' };
const PUBLIC: Decision = { allowed: true, because: 'public project' };
const SIGNED_IN: Decision = { allowed: true, because: 'signed in' };
const NO_PROJECT: Decision = { allowed: false, because: 'no such project' };
const NOT_SIGNED_IN: Decision = { allowed: false, because: 'not signed in' };
const NO_RIGHT: Decision = { allowed: false, because: 'no right' };

/**
 * May `actor` do `action` in the project of `standing` (undefined: no such project)? Pure: the standing must be the actor's own and fresh.
 * Several roles add up; nothing takes a right away.
 */
export function decide(actor: Actor, action: ProjectAction, standing: ProjectStanding | undefined): Decision {
  if (standing === undefined) return NO_PROJECT;
  if (actor.kind === 'user') {
    if (actor.systemAdmin) return ADMINISTRATOR;
    for (const role of standing.roles) {
      if (ROLE_ACTIONS.get(role)?.has(action)) return { allowed: true, because: 'role', role };
    }
  }
  if (standing.public && PUBLIC_ACTIONS.has(action)) return PUBLIC;
  return actor.kind === 'anonymous' ? NOT_SIGNED_IN : NO_RIGHT;
}

/** {@link decide} where only the answer counts. */
export function can(actor: Actor, action: ProjectAction, standing: ProjectStanding | undefined): boolean {
  return decide(actor, action, standing).allowed;
}

/** May `actor` do `action` outside projects? System administrators may do everything there; robots bring their own list when they come. */
export function decideSystem(actor: Actor, _action: SystemAction): Decision {
  switch (actor.kind) {
    case 'anonymous':
      return NOT_SIGNED_IN;
    case 'user':
      return actor.systemAdmin ? ADMINISTRATOR : NO_RIGHT;
    case 'robot':
      return NO_RIGHT;
  }
}

/** May `actor` create a project? Everyone who signed in, unless the setting keeps it to system administrators (Harbor's rule). */
export function decideProjectCreation(actor: Actor, settings: AccessSettings): Decision {
  const bySystem = decideSystem(actor, 'project:create');
  if (bySystem.allowed || actor.kind !== 'user') return bySystem;
  return settings.projectCreation === 'everyone' ? SIGNED_IN : NO_RIGHT;
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
    }
  }
  switch (decision.because) {
    case 'system administrator':
      return `${action} is allowed: the account is a system administrator.`;
    case 'role':
      return `${action} is allowed by the role ${decision.role === undefined ? 'held' : roleName(decision.role)}.`;
    case 'public project':
      return `${action} is allowed to everyone: the project is public.`;
    case 'signed in':
      return `${action} is allowed to every account.`;
  }
}
