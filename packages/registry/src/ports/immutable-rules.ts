import type { RepositoryName, Tag } from '@berth/oci';
import type { TagRule } from '../policy/selectors.ts';
import type { ContentPage, ContentPageRequest } from './content-lists.ts';

export interface ImmutableRule {
  readonly id: number;
  readonly priority: number;
  readonly disabled: boolean;
  readonly rule: TagRule;
}

export interface TagName {
  readonly repository: RepositoryName;
  readonly tag: Tag;
}

/** Rules of a project about tags that may neither move nor go. The adapters of tags ask them in the transaction that would move or remove one. */
export interface ImmutableRules {
  /** Sorted by `id`. */
  list(projectId: number, query: ContentPageRequest): Promise<ContentPage<ImmutableRule>>;
  /** The new id; undefined when the project has the same rule already. */
  add(projectId: number, rule: Omit<ImmutableRule, 'id'>): Promise<number | undefined>;
  /** `exists`: another rule of the project is the same. A foreign id answers like an absent one. */
  change(projectId: number, id: number, rule: Omit<ImmutableRule, 'id'>): Promise<'changed' | 'absent' | 'exists'>;
  remove(projectId: number, id: number): Promise<boolean>;
  /** Names of a project's tags by repository and name, at most `limit`, without those that only hold signatures and the like. */
  tagNames(projectId: number, limit: number): Promise<readonly TagName[]>;
  /** The rules that are not disabled, of a project. */
  active(projectId: number): Promise<readonly TagRule[]>;
}
