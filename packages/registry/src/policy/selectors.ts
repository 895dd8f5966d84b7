import { type Sentence, say } from '@berth/oci';
import { RE2JS, RE2JSException } from 're2js';
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
/** Instructions of a compiled expression: a name of 255 characters may cost each of them once a character. */
const MAX_INSTRUCTIONS = 2_000;

const matchers = new Map<string, (text: string) => boolean>();
/** An expression that is made to may hold 8 MiB of states. */
const MAX_MATCHERS = 100;

export function excludes({ decoration }: Selector): boolean {
  return EXCLUDING.has(decoration);
}

/** Does the selector take this name? Throws for one that cannot be read, which {@link selectorProblem} tells before it is saved. */
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
      const expression = regularExpression(pattern);
      return (text) => expression.testExact(text);
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

/**
 * Matched in time proportional to pattern and name: whoever administers a project writes it, and it runs in the process that serves everybody. A
 * backtracking engine runs for years on `a?a?a?...aaa`, and no rule about what may stand in a pattern keeps all of that out (ADR 9).
 */
function regularExpression(pattern: string): RE2JS {
  if (pattern.length > MAX_PATTERN_LENGTH)
    throw new UnusablePatternError(say('glob-length')`a pattern has at most ${{ most: MAX_PATTERN_LENGTH }} characters`);
  const expression = compiled(pattern);
  if (expression.programSize() > MAX_INSTRUCTIONS)
    throw new UnusablePatternError(say('regex-large')`this regular expression is too large: give it fewer or smaller repetitions`);
  return expression;
}

function compiled(pattern: string): RE2JS {
  try {
    return RE2JS.compile(RE2JS.translateRegExp(pattern));
  } catch (error) {
    if (!(error instanceof RE2JSException)) throw error;
    if (/\(\?<?[=!]|\\[1-9k]/.test(error.message))
      throw new UnusablePatternError(say('regex-features')`a regular expression here has no back references and no look-around`);
    throw new UnusablePatternError(say('pattern-unreadable')`${{ words: error.message }}`);
  }
}
