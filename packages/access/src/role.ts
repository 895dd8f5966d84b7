/** Harbor's role ids. */
export const ROLES = { projectAdmin: 1, developer: 2, guest: 3, maintainer: 4, limitedGuest: 5 } as const;
export type RoleName = keyof typeof ROLES;
export type RoleId = (typeof ROLES)[RoleName];

const NAMES = new Map<number, RoleName>(Object.entries(ROLES).map(([name, id]) => [id, name as RoleName]));

export function roleName(id: RoleId): RoleName {
  const name = NAMES.get(id);
  if (name === undefined) throw new Error(`No role has the id ${id}.`);
  return name;
}

export function isRoleId(id: number): id is RoleId {
  return NAMES.has(id);
}

/** Strongest first: what a portal shows as "your role" where several are held. */
const BY_STRENGTH: readonly RoleId[] = [ROLES.projectAdmin, ROLES.maintainer, ROLES.developer, ROLES.guest, ROLES.limitedGuest];

export function strongestRole(roles: readonly RoleId[]): RoleId | undefined {
  return BY_STRENGTH.find((role) => roles.includes(role));
}
