import type { ProjectName } from '@berth/oci';
import type { ProjectAction } from '../permissions.ts';
import type { RepositoryPattern } from '../repository-pattern.ts';
import type { RoleId } from '../role.ts';
import type { Page, PageRequest } from './page.ts';

export interface Project {
  readonly id: number;
  readonly name: ProjectName;
  readonly public: boolean;
  readonly ownerId: number;
  readonly ownerName: string;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  /** Repositories that hold at least one manifest. */
  readonly repositoryCount: number;
}

export interface NewProject {
  readonly name: ProjectName;
  readonly public: boolean;
  /** Becomes the project's owner and its first projectAdmin. */
  readonly ownerId: number;
}

/** Which projects a listing may show: all, or public ones and those the user is a member of, or public ones and these. */
export type ProjectScope = 'everything' | { readonly memberId: number | undefined } | { readonly projectIds: readonly number[] };

export interface ProjectQuery extends PageRequest {
  readonly scope: ProjectScope;
  /** These only; at most a page of ids. */
  readonly ids?: readonly number[];
  /** Part of the name. */
  readonly name?: string;
  readonly exactName?: string;
  readonly public?: boolean;
  readonly ownerName?: string;
}

export interface Projects {
  /** One transaction with the owner's membership. Throws {@link NameTakenError}. */
  create(project: NewProject): Promise<Project>;
  find(id: number): Promise<Project | undefined>;
  findByName(name: ProjectName): Promise<Project | undefined>;
  list(query: ProjectQuery): Promise<Page<Project>>;
  setPublic(id: number, isPublic: boolean): Promise<boolean>;
  /**
   * `not empty` when repositories with manifests remain. The name is free afterwards, tokens made for the old project are void. The trash
   * keeps the project with its members for a while; `actor` is the key of who deleted it.
   */
  remove(id: number, actor: string): Promise<'removed' | 'absent' | 'not empty'>;
}

export interface Member {
  readonly id: number;
  readonly projectId: number;
  readonly kind: 'user' | 'group';
  /** Of the user or the group. */
  readonly entityId: number;
  readonly entityName: string;
  /** One of Harbor's, or of a role made here. */
  readonly roleId: number;
  readonly roleName: string;
  /** The role counts for repositories that match one of these only; undefined: for the whole project. */
  readonly repositoryPatterns: readonly string[] | undefined;
}

export interface NewMember {
  readonly entity: { readonly kind: 'user' | 'group'; readonly id: number };
  readonly roleId: number;
  readonly repositoryPatterns?: readonly string[] | undefined;
}

/** A member id of another project answers like an absent one everywhere. */
export interface Members {
  list(projectId: number, query: PageRequest & { readonly entityName?: string }): Promise<Page<Member>>;
  find(projectId: number, memberId: number): Promise<Member | undefined>;
  /** A user as a member of the whole project. Throws {@link NameTakenError} when the user is one already. */
  add(projectId: number, userId: number, roleId: RoleId): Promise<Member>;
  /** Like {@link add}, for groups, roles made here and roles for some repositories; of the last, one per role and entity. */
  grant(projectId: number, member: NewMember): Promise<Member>;
  setRole(projectId: number, memberId: number, roleId: number): Promise<boolean>;
  remove(projectId: number, memberId: number): Promise<boolean>;
}

/** What deciding needs to know about one project for one actor, read in one statement. */
export interface ProjectStanding {
  readonly projectId: number;
  readonly public: boolean;
  /** Harbor's roles that count for the whole project, of the user and of the user's groups. */
  readonly roles: readonly RoleId[];
  /** Beside them: roles made here, and roles that count for some repositories only. */
  readonly grants?: readonly StandingGrant[];
}

export interface StandingGrant {
  /** The role's name. */
  readonly role: string;
  readonly actions: ReadonlySet<ProjectAction>;
  /** undefined: the whole project. */
  readonly patterns?: readonly RepositoryPattern[] | undefined;
}

export interface MemberProjects {
  /** All repositories of these. */
  readonly projectIds: readonly number[];
  /** Regular expressions of Postgres over full names; of no other project. */
  readonly repositoryPatterns: readonly string[];
  /** Where the patterns are. */
  readonly narrowedProjectIds: readonly number[];
}

export interface Standings {
  /** undefined when no such project exists. `userId` undefined asks for an anonymous caller. */
  inProject(name: ProjectName, userId: number | undefined): Promise<ProjectStanding | undefined>;
  inProjectId(id: number, userId: number | undefined): Promise<ProjectStanding | undefined>;
  /** The projects of which the user may list the repositories, and where only some, which. */
  memberProjects(userId: number): Promise<MemberProjects>;
  /** Is the user a projectAdmin somewhere? */
  administers(userId: number): Promise<boolean>;
  /** The user's roles in each of these projects, in one statement; projects without one are absent. At most a page of ids. */
  rolesIn(projectIds: readonly number[], userId: number): Promise<ReadonlyMap<number, readonly RoleId[]>>;
}
