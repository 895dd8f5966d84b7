import type { selector } from '@berth/api-contract';
import type { z } from 'zod';

export type Selector = z.output<typeof selector>;

/** What a rule is about, as forms have it: names that match a pattern, or those that do not. */
export interface RuleScope {
  readonly repositories: NamePattern;
  readonly tags: NamePattern;
}

export interface NamePattern {
  readonly excluding: boolean;
  readonly pattern: string;
}

export interface RuleSelectors {
  readonly tag_selectors: readonly Selector[];
  readonly scope_selectors: Readonly<Record<string, readonly Selector[]>>;
}

export const EVERYTHING: RuleScope = {
  repositories: { excluding: false, pattern: '**' },
  tags: { excluding: false, pattern: '**' },
};

const KIND = 'doublestar';

/** `untagged`: artifacts without a tag are meant too, where that makes a difference. */
export function selectorsOf({ repositories, tags }: RuleScope, untagged?: boolean): RuleSelectors {
  const extras = untagged === undefined ? {} : { extras: JSON.stringify({ untagged }) };
  return {
    tag_selectors: [{ kind: KIND, decoration: tags.excluding ? 'excludes' : 'matches', pattern: tags.pattern, ...extras }],
    scope_selectors: {
      repository: [{ kind: KIND, decoration: repositories.excluding ? 'repoExcludes' : 'repoMatches', pattern: repositories.pattern }],
    },
  };
}

/** Undefined for a rule that has more, or other, selectors than the form can show: such rules are made over the API. */
export function scopeOf({ tag_selectors: tags, scope_selectors: scope }: RuleSelectors): RuleScope | undefined {
  const repositories = scope['repository'] ?? [];
  const [tag, repository] = [tags[0], repositories[0]];
  if (tag === undefined || repository === undefined || tags.length > 1 || repositories.length > 1) return undefined;
  if (tag.kind !== KIND || repository.kind !== KIND) return undefined;
  return { repositories: patternOf(repository), tags: patternOf(tag) };
}

export function patternOf({ decoration, pattern = '**' }: Selector): NamePattern {
  return { excluding: decoration === 'excludes' || decoration === 'repoExcludes', pattern };
}

/** Does the rule take artifacts without a tag, too? Harbor's default is yes. */
export function takesUntagged(tags: readonly Selector[]): boolean {
  const extras = tags[0]?.extras;
  if (extras === undefined || extras === '') return true;
  try {
    return (JSON.parse(extras) as { untagged?: unknown } | null)?.untagged !== false;
  } catch {
    return true;
  }
}
