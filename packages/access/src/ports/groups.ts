import type { Page, PageRequest } from './page.ts';

/** Harbor's kinds; `local` is of this installation alone. */
export const GROUP_TYPES = { ldap: 1, http: 2, oidc: 3, local: 4 } as const;
export type GroupType = (typeof GROUP_TYPES)[keyof typeof GROUP_TYPES];

export interface UserGroup {
  readonly id: number;
  readonly name: string;
  readonly type: GroupType;
  /** Empty for groups that no directory knows. */
  readonly ldapDn: string;
}

export interface GroupMember {
  readonly userId: number;
  readonly username: string;
}

export interface Groups {
  /** Throws {@link NameTakenError}. */
  create(group: Omit<UserGroup, 'id'>): Promise<UserGroup>;
  find(id: number): Promise<UserGroup | undefined>;
  findByName(name: string): Promise<UserGroup | undefined>;
  list(query: PageRequest & { readonly namePart?: string; readonly ldapDn?: string }): Promise<Page<UserGroup>>;
  /** Throws {@link NameTakenError}. */
  rename(id: number, name: string): Promise<boolean>;
  /** Its roles in projects end with it. */
  remove(id: number): Promise<boolean>;
  members(groupId: number, query: PageRequest): Promise<Page<GroupMember>>;
  /** True also when the user was in it already; false when the group or the user does not exist. */
  addMember(groupId: number, userId: number): Promise<boolean>;
  removeMember(groupId: number, userId: number): Promise<boolean>;
}
