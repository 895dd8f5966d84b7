import type { selector } from '@berth/api-contract';
import type { z } from 'zod';

export type Selector = z.output<typeof selector>;

/** What a rule is about, as the API has it: every selector must take a name; those of tags any tag of an artifact. */
export interface RuleSelectors {
  readonly tag_selectors: readonly Selector[];
  readonly scope_selectors: Readonly<Record<string, readonly Selector[]>>;
}

export const SELECTOR_KINDS = ['doublestar', 'regex', 'semver', 'label'] as const;
export type SelectorKind = (typeof SELECTOR_KINDS)[number];

export type SelectorSide = 'tags' | 'repositories';

const DECORATIONS: Readonly<Record<SelectorSide | 'label', readonly [string, string]>> = {
  tags: ['matches', 'excludes'],
  repositories: ['repoMatches', 'repoExcludes'],
  label: ['withLabels', 'withoutLabels'],
};

export const EVERYTHING: RuleSelectors = {
  tag_selectors: [{ kind: 'doublestar', decoration: 'matches', pattern: '**' }],
  scope_selectors: { repository: [{ kind: 'doublestar', decoration: 'repoMatches', pattern: '**' }] },
};

export function kindOf({ kind }: Selector): SelectorKind {
  return SELECTOR_KINDS.find((one) => one === kind) ?? 'doublestar';
}

export function isExcluding({ decoration }: Selector): boolean {
  return Object.values(DECORATIONS).some(([, excluding]) => excluding === decoration);
}

export function patternOf({ pattern = '**' }: Selector): string {
  return pattern;
}

export interface SelectorChange {
  readonly kind?: SelectorKind;
  readonly excluding?: boolean;
  readonly pattern?: string;
}

/** The selector with a change; all else that the API has of it stays. */
export function changedSelector(selector: Selector, side: SelectorSide, change: SelectorChange): Selector {
  const { kind = kindOf(selector), excluding = isExcluding(selector), pattern = patternOf(selector) } = change;
  const decoration = DECORATIONS[kind === 'label' ? 'label' : side][excluding ? 1 : 0];
  const { extras, ...rest } = selector;
  return { ...rest, kind, decoration, pattern, ...(extras === undefined || kind === 'label' ? {} : { extras }) };
}

/** A repositories' list of its own, whatever else is in the scope. */
export function repositoriesOf({ scope_selectors: scope }: RuleSelectors): readonly Selector[] {
  return scope['repository'] ?? [];
}

/** Why the selector cannot be sent; what only the server can tell is undefined, too. */
export function selectorFault({ kind, pattern = '**' }: Selector): 'empty' | 'expression' | undefined {
  if (pattern.trim() === '') return 'empty';
  if (kind !== 'regex') return undefined;
  // What RE2, which the server matches with, has and browsers lack: flags in the pattern, and P in a group's name.
  const asHere = pattern.replaceAll('(?P<', '(?<').replace(/\(\?[imsU-]+([:)])/g, (_, end) => (end === ':' ? '(?:' : ''));
  try {
    new RegExp(asHere);
    return undefined;
  } catch {
    return 'expression';
  }
}

/** Is it this pattern that the server's sentence is about? It quotes the one that it could not use. */
export function isAboutPattern(refusal: Error | null | undefined, selector: Selector): boolean {
  return refusal?.message.includes(JSON.stringify(patternOf(selector))) === true;
}

/** Is the refusal shown at one of the fields of these selectors? */
export function isAtField(refusal: Error | null | undefined, selectors: RuleSelectors): boolean {
  return [...repositoriesOf(selectors), ...selectors.tag_selectors].some((one) => isAboutPattern(refusal, one));
}

/** Does the rule take artifacts without a tag, too? As the server reads it: yes unless a selector says otherwise. */
export function takesUntagged(tags: readonly Selector[]): boolean {
  return tags.every(({ kind, extras }) => {
    if (kind === 'label' || extras === undefined || extras === '') return true;
    try {
      return (JSON.parse(extras) as { untagged?: unknown } | null)?.untagged === true;
    } catch {
      return false;
    }
  });
}

/** Selectors of labels say nothing of tags. */
export function withUntagged(tags: readonly Selector[], untagged: boolean): readonly Selector[] {
  return tags.map((one) => (one.kind === 'label' ? one : { ...one, extras: JSON.stringify({ untagged }) }));
}
