import { type Sentence, say } from '@berth/oci';
import semver from 'semver';
import { Glob, MAX_PATTERN_LENGTH, UnusablePatternError } from './glob.ts';

/** Harbor's selector of names, with kinds of Berth's own beside `doublestar`. */
export interface Selector {
  readonly kind: string;
  /** `matches`, `excludes`; of repositories `repoMatches`, `repoExcludes`; of labels `withLabels`, `withoutLabels`. */
  readonly decoration: string;
  readonly pattern: string;
  /** JSON: `{"untagged": true}`. */
  readonly extras?: string | undefined;
}

/** A rule's selectors as Harbor has them: tags, and by `repository` the repositories that it is about. */
export interface TagRule {
  readonly tag_selectors: readonly Selector[];
  readonly scope_selectors: { readonly repository?: readonly Selector[] | undefined };
}

export const SELECTOR_KINDS = ['doublestar', 'regex', 'semver'] as const;
const EXCLUDING = new Set(['excludes', 'repoExcludes', 'withoutLabels']);
/** With so few, each name costs a moment at most, however the pattern is made: names have 255 characters. */
const MAX_UNBOUNDED = 3;

const matchers = new Map<string, (text: string) => boolean>();
const MAX_MATCHERS = 1_000;

export function excludes({ decoration }: Selector): boolean {
  return EXCLUDING.has(decoration);
}

/** Does the selector take this name? What cannot be read takes nothing. */
export function selects(selector: Selector, name: string): boolean {
  return matcherOf(selector)(name) !== excludes(selector);
}

/** Why a selector cannot be used; undefined when it can. */
export function selectorProblem({ kind, pattern }: Selector): Sentence | undefined {
  try {
    makeMatcher(kind, pattern);
    return undefined;
  } catch (error) {
    if (error instanceof UnusablePatternError) return error.sentence;
    const words = error instanceof SyntaxError || error instanceof TypeError ? error.message : String(error);
    return say('pattern-unreadable')`${{ words }}`;
  }
}

function matcherOf({ kind, pattern }: Selector): (text: string) => boolean {
  const key = `${kind}\n${pattern}`;
  const known = matchers.get(key);
  if (known !== undefined) return known;
  const made = makeMatcher(kind, pattern);
  if (matchers.size >= MAX_MATCHERS) matchers.clear();
  matchers.set(key, made);
  return made;
}

function makeMatcher(kind: string, pattern: string): (text: string) => boolean {
  switch (kind) {
    case 'doublestar': {
      const glob = new Glob(pattern);
      return (text) => glob.matches(text);
    }
    case 'regex': {
      const expression = new RegExp(`^(?:${requireTame(pattern)})$`, 'u');
      return (text) => expression.test(text);
    }
    case 'semver': {
      const range = new semver.Range(pattern.slice(0, MAX_PATTERN_LENGTH), { includePrerelease: true });
      return (text) => {
        const version = versionOf(text);
        return version !== null && range.test(version);
      };
    }
    default:
      throw new UnusablePatternError(say('selector-kind')`a selector is of the kind ${{ known: SELECTOR_KINDS.join(', ') }}`);
  }
}

/** `v1.2.3`, `1.2` and `1` are versions too. */
function versionOf(text: string): semver.SemVer | null {
  return semver.parse(text, { loose: true }) ?? (/^v?\d+(\.\d+)?$/.test(text) ? semver.coerce(text) : null);
}

/** A regular expression that cannot run for long: no repeated group, no look around, no back reference, few open-ended repetitions. */
function requireTame(pattern: string): string {
  if (pattern.length > MAX_PATTERN_LENGTH)
    throw new UnusablePatternError(say('glob-length')`a pattern has at most ${{ most: MAX_PATTERN_LENGTH }} characters`);
  const bare = pattern.replace(/\\[^0-9k]/g, '_').replace(/\[[^\]]*\]/g, '_');
  if (/\\[0-9k]|\(\?(?!:)|\)[*+{?]/.test(bare))
    throw new UnusablePatternError(say('regex-features')`a regular expression here has no repeated groups, back references or look-around`);
  if ((bare.match(/[*+]|\{\d+,\}/g) ?? []).length > MAX_UNBOUNDED)
    throw new UnusablePatternError(
      say('regex-repetitions')`a regular expression here has at most ${{ most: MAX_UNBOUNDED }} open-ended repetitions`,
    );
  return pattern;
}
