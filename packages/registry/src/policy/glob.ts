import { type Sentence, say } from '@berth/oci';
/** Wider patterns are refused, so that no rule costs more than a moment. */
export const MAX_PATTERN_LENGTH = 256;
const MAX_ALTERNATIVES = 64;

/** A pattern, or a kind of them, that cannot be used. The sentence says why, in the middle of a longer one. */
export class UnusablePatternError extends RangeError {
  override readonly name = 'UnusablePatternError';
  readonly sentence: Sentence;

  constructor(sentence: Sentence) {
    super(sentence.text);
    this.sentence = sentence;
  }
}

type Token =
  | { readonly kind: 'char'; readonly char: string }
  | { readonly kind: 'one' | 'many' | 'everything' }
  | { readonly kind: 'class'; readonly test: (char: string) => boolean };

/**
 * Patterns as Harbor's rules have them (doublestar): `*` any text without a slash, `**` any text, `?` one character, `[a-z]` and `[^a-z]` one
 * of a class, `{a,b}` alternatives. Matching takes time in proportion to pattern times text, whatever the pattern: not by a regular expression,
 * which somebody could make run for years. Throws UnusablePatternError for a pattern that cannot be read.
 */
export class Glob {
  readonly #alternatives: readonly (readonly Token[])[];

  constructor(pattern: string) {
    if (pattern.length > MAX_PATTERN_LENGTH)
      throw new UnusablePatternError(say('glob-length')`a pattern has at most ${{ most: MAX_PATTERN_LENGTH }} characters`);
    this.#alternatives = expandBraces(pattern).map(tokensOf);
  }

  matches(text: string): boolean {
    return this.#alternatives.some((tokens) => matchTokens(tokens, text));
  }
}

function expandBraces(pattern: string): readonly string[] {
  const open = pattern.indexOf('{');
  if (open < 0) return [pattern];
  const parts: string[] = [];
  let depth = 0;
  let start = open + 1;
  for (let index = open; index < pattern.length; index += 1) {
    const char = pattern[index];
    if (char === '{') depth += 1;
    if (char === '}') depth -= 1;
    if ((char === ',' && depth === 1) || (char === '}' && depth === 0)) {
      parts.push(pattern.slice(start, index));
      start = index + 1;
    }
    if (depth > 0) continue;
    const rest = pattern.slice(index + 1);
    const expanded = parts.flatMap((part) => expandBraces(pattern.slice(0, open) + part + rest));
    if (expanded.length > MAX_ALTERNATIVES)
      throw new UnusablePatternError(say('glob-alternatives')`a pattern has at most ${{ most: MAX_ALTERNATIVES }} alternatives`);
    return expanded;
  }
  throw new UnusablePatternError(say('glob-brace')`a { in a pattern needs its }`);
}

function tokensOf(pattern: string): readonly Token[] {
  const tokens: Token[] = [];
  for (let index = 0; index < pattern.length; index += 1) {
    const char = pattern[index] ?? '';
    if (char === '*') {
      const double = pattern[index + 1] === '*';
      tokens.push({ kind: double ? 'everything' : 'many' });
      if (double) index += 1;
    } else if (char === '?') tokens.push({ kind: 'one' });
    else if (char === '[') {
      const end = pattern.indexOf(']', index + 2);
      if (end < 0) throw new UnusablePatternError(say('glob-bracket')`a [ in a pattern needs its ]`);
      tokens.push(classOf(pattern.slice(index + 1, end)));
      index = end;
    } else if (char === '\\' && index + 1 < pattern.length) tokens.push({ kind: 'char', char: pattern[(index += 1)] ?? '' });
    else tokens.push({ kind: 'char', char });
  }
  return tokens;
}

function classOf(text: string): Token {
  const negated = /^[!^]/.test(text);
  const ranges = [...text.slice(negated ? 1 : 0).matchAll(/(.)-(.)|(.)/gs)].map(
    ([, from, to, one]) => [from ?? one ?? '', to ?? one ?? ''] as const,
  );
  return { kind: 'class', test: (char) => char !== '/' && ranges.some(([from, to]) => char >= from && char <= to) !== negated };
}

/** `reached[i]`: the tokens so far can match the first i characters. */
function matchTokens(tokens: readonly Token[], text: string): boolean {
  let reached: boolean[] = [true, ...Array<boolean>(text.length).fill(false)];
  for (const token of tokens) {
    const next = Array<boolean>(text.length + 1).fill(false);
    const star = token.kind === 'many' || token.kind === 'everything';
    for (let index = 0; index <= text.length; index += 1) {
      const char = text[index - 1];
      if (star) next[index] = reached[index] === true || (next[index - 1] === true && (token.kind === 'everything' || char !== '/'));
      else next[index] = index > 0 && reached[index - 1] === true && matchOne(token, char ?? '');
    }
    reached = next;
  }
  return reached[text.length] === true;
}

function matchOne(token: Token, char: string): boolean {
  switch (token.kind) {
    case 'char':
      return token.char === char;
    case 'class':
      return token.test(char);
    default:
      return char !== '/';
  }
}
