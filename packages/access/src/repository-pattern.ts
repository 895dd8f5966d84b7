import { type ProjectName, say, type Sentence } from '@berth/oci';

const MAX_PATTERN = 255;
const MAX_ALTERNATIVES = 16;
export const MAX_PATTERNS = 20;
/** The characters of repository names, and `*`, `**`, `?`, `{a,b}`. */
const ALPHABET = /^[a-z0-9._/{},*?-]+$/;

type Token = { readonly kind: 'text'; readonly character: string } | { readonly kind: 'one' | 'many' | 'deep' };

/**
 * A glob over full repository names: `*` any characters of one part, `**` any of several, `?` one, `{a,b}` either. Small on purpose: it is
 * matched here in time linear in the pattern, whatever was written, and the database filters lists by the same meaning ({@link posix}).
 */
export class RepositoryPattern {
  /** As shown: `team/app-*`. */
  readonly text: string;
  /** The same as a regular expression of Postgres, anchored. */
  readonly posix: string;
  readonly #alternatives: readonly (readonly Token[])[];

  private constructor(text: string) {
    this.text = text;
    this.#alternatives = expand(text).map(tokensOf);
    this.posix = `^(?:${this.#alternatives.map((tokens) => tokens.map(posixOf).join('')).join('|')})$`;
  }

  /** The stored text of a pattern, which {@link patternProblem} found good. */
  static of(text: string): RepositoryPattern {
    return new RepositoryPattern(text);
  }

  matches(repository: string): boolean {
    return this.#alternatives.some((tokens) => accepts(tokens, repository));
  }
}

/** A sentence, or undefined where the pattern can be used. */
export function patternProblem(text: string): Sentence | undefined {
  if (text.length === 0 || text.length > MAX_PATTERN)
    return say('pattern-length')`A repository pattern has 1 to ${{ most: MAX_PATTERN }} characters.`;
  if (!ALPHABET.test(text))
    return say(
      'pattern-characters',
    )`A repository pattern is made of the characters of repository names and * ** ? {a,b}, as in team/app-*.`;
  if (/\{[^{}]*\{/.test(text) || (text.match(/\{/g) ?? []).length !== (text.match(/\}/g) ?? []).length || /^[^{]*\}/.test(text))
    return say('pattern-braces')`The braces of a repository pattern pair up, and none stands inside another.`;
  if (expand(text).length > MAX_ALTERNATIVES)
    return say('pattern-alternatives')`A repository pattern stands for at most ${{ most: MAX_ALTERNATIVES }} alternatives.`;
  return undefined;
}

/** `app-*` of the project `team` is `team/app-*`: a pattern never reaches beyond its project. */
export function patternIn(project: ProjectName, text: string): string {
  return text.startsWith(`${project}/`) ? text : `${project}/${text}`;
}

function expand(text: string): string[] {
  const braces = /^([^{]*)\{([^{}]*)\}(.*)$/s.exec(text);
  if (braces === null) return [text];
  const [, before = '', choices = '', rest = ''] = braces;
  const tails = expand(rest);
  const all: string[] = [];
  for (const choice of choices.split(','))
    for (const tail of tails) {
      if (all.length > MAX_ALTERNATIVES) return all;
      all.push(`${before}${choice}${tail}`);
    }
  return all;
}

function tokensOf(text: string): Token[] {
  return [...text.matchAll(/\*+|[^*]/g)].map(([part]) => {
    if (part === '*') return { kind: 'many' };
    if (part.startsWith('**')) return { kind: 'deep' };
    return part === '?' ? { kind: 'one' } : { kind: 'text', character: part };
  });
}

function posixOf(token: Token): string {
  switch (token.kind) {
    case 'text':
      return token.character.replace(/[.{}]/, '\\$&');
    case 'one':
      return '[^/]';
    case 'many':
      return '[^/]*';
    case 'deep':
      return '.*';
  }
}

/** All states at once, so that no pattern makes this slow. */
function accepts(tokens: readonly Token[], name: string): boolean {
  let states = closure(tokens, [0]);
  for (const character of name) {
    const next: number[] = [];
    for (const state of states) {
      const token = tokens[state];
      if (token === undefined) continue;
      if (token.kind === 'text' ? token.character === character : token.kind === 'one' && character !== '/') next.push(state + 1);
      if (token.kind === 'deep' || (token.kind === 'many' && character !== '/')) next.push(state);
    }
    states = closure(tokens, next);
    if (states.size === 0) return false;
  }
  return states.has(tokens.length);
}

/** A star may stand for nothing. */
function closure(tokens: readonly Token[], from: readonly number[]): Set<number> {
  const states = new Set(from);
  for (const state of states) {
    const kind = tokens[state]?.kind;
    if (kind === 'many' || kind === 'deep') states.add(state + 1);
  }
  return states;
}
