import type { z } from 'zod';

/** What the schemas' own checks say, by the names that other languages tell them by. */
export const FIELD_CHECKS = {
  'whole-number': 'must be a whole number',
  'limit-or-none': 'must be -1 for no limit, or more than 0',
  'days-or-never': 'must be -1 for never, or more than 0',
  endpoint: 'must be host:port, tcp://host:port or tls://host:port',
  'robot-prefix': 'may hold letters, digits and $ _ . -, at most 64 of them',
  day: 'must be a day such as 2026-11-25',
  color: 'must be a color such as #00AB9A, or empty',
  serial: 'must be a serial number in lower-case hex',
} as const;

export type FieldRule =
  | keyof typeof FIELD_CHECKS
  | 'missing'
  | 'wrong-kind'
  | 'too-short'
  | 'too-long'
  | 'too-few'
  | 'too-many'
  | 'too-small'
  | 'too-large'
  | 'one-of'
  | 'wrong';

export interface FieldProblem {
  /** `hard.storage`; empty for the whole body. */
  readonly field: string;
  readonly rule: FieldRule;
  /** In English, to stand behind "cannot be used:". */
  readonly message: string;
  /** `limit` of a length, number or size; `known` of words. */
  readonly values: Readonly<Record<string, string | number>>;
}

/** What a schema does not like about `given`, by its first issue. */
export function fieldProblem(given: unknown, issue: z.core.$ZodIssue | undefined): FieldProblem {
  if (issue === undefined) return { field: '', rule: 'wrong', message: 'wrong value', values: {} };
  return { field: issue.path.join('.'), message: issue.message, ...ruleOf(given, issue) };
}

const SIZED: Readonly<Record<string, readonly [small: FieldRule, large: FieldRule]>> = {
  string: ['too-short', 'too-long'],
  array: ['too-few', 'too-many'],
  set: ['too-few', 'too-many'],
  map: ['too-few', 'too-many'],
};

function ruleOf(given: unknown, issue: z.core.$ZodIssue): Pick<FieldProblem, 'rule' | 'values'> {
  switch (issue.code) {
    case 'invalid_type':
      return { rule: valueAt(given, issue.path) === undefined ? 'missing' : 'wrong-kind', values: {} };
    case 'too_small':
      return { rule: SIZED[issue.origin]?.[0] ?? 'too-small', values: { limit: Number(issue.minimum) } };
    case 'too_big':
      return { rule: SIZED[issue.origin]?.[1] ?? 'too-large', values: { limit: Number(issue.maximum) } };
    case 'invalid_value':
      return { rule: 'one-of', values: { known: issue.values.map(String).join(', ') } };
    default:
      return { rule: checkCalled(issue.message) ?? 'wrong', values: {} };
  }
}

function valueAt(given: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((value, key) => (value as Record<PropertyKey, unknown> | null | undefined)?.[key], given);
}

function checkCalled(message: string): FieldRule | undefined {
  const found = Object.entries(FIELD_CHECKS).find(([, text]) => text === message);
  return found?.[0] as FieldRule | undefined;
}
