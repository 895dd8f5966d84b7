import type { ProjectAction } from '../permissions.ts';
import type { Page, PageRequest } from './page.ts';

/** A named set of rights inside projects: one of Harbor's five, or one made here. */
export interface Role {
  readonly id: number;
  readonly name: string;
  readonly description: string;
  /** Harbor's own cannot be changed. */
  readonly builtIn: boolean;
  readonly actions: ReadonlySet<ProjectAction>;
}

export interface RoleContent {
  readonly name: string;
  readonly description: string;
  readonly actions: readonly ProjectAction[];
}

export interface Roles {
  list(query: PageRequest): Promise<Page<Role>>;
  find(id: number): Promise<Role | undefined>;
  /** Throws {@link NameTakenError}. `too many` beyond 100 roles. */
  create(role: RoleContent): Promise<Role | 'too many'>;
  /** False when the role does not exist or is built in. Throws {@link NameTakenError}. */
  update(id: number, role: RoleContent): Promise<boolean>;
  /** `in use` while a member holds it. */
  remove(id: number): Promise<'removed' | 'absent' | 'in use'>;
}
