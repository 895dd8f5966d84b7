import type { ProjectName } from '@berth/oci';
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

/** Which projects a listing may show: all, or public ones and those the user is a member of. */
export type ProjectScope = 'everything' | { readonly memberId: number | undefined };

export interface ProjectQuery extends PageRequest {
  readonly scope: ProjectScope;
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
  /** `not empty` when repositories with manifests remain. The name is free afterwards, tokens made for the old project are void. */
  remove(id: number): Promise<'removed' | 'absent' | 'not empty'>;
}

export interface Member {
  readonly id: number;
  readonly projectId: number;
  readonly userId: number;
  readonly username: string;
  readonly roleId: RoleId;
}

/** A member id of another project answers like an absent one everywhere. */
export interface Members {
  list(projectId: number, query: PageRequest & { readonly entityName?: string }): Promise<Page<Member>>;
  find(projectId: number, memberId: number): Promise<Member | undefined>;
  /** Throws {@link NameTakenError} when the user is a member already. */
  add(projectId: number, userId: number, roleId: RoleId): Promise<Member>;
  setRole(projectId: number, memberId: number, roleId: RoleId): Promise<boolean>;
  remove(projectId: number, memberId: number): Promise<boolean>;
}

/** What deciding needs to know about one project for one actor, read in one statement. */
export interface ProjectStanding {
  readonly projectId: number;
  readonly public: boolean;
  readonly roles: readonly RoleId[];
}

export interface Standings {
  /** undefined when no such project exists. `userId` undefined asks for an anonymous caller. */
  inProject(name: ProjectName, userId: number | undefined): Promise<ProjectStanding | undefined>;
  inProjectId(id: number, userId: number | undefined): Promise<ProjectStanding | undefined>;
  /** Ids of the projects in which the user holds a role that may read. */
  memberProjects(userId: number): Promise<readonly number[]>;
  /** The user's roles in each of these projects, in one statement; projects without one are absent. At most a page of ids. */
  rolesIn(projectIds: readonly number[], userId: number): Promise<ReadonlyMap<number, readonly RoleId[]>>;
}
