import type { Sentence } from '@berth/oci';

/** How a table keeps why something failed; no text: it did not. */
export interface ProblemRow {
  readonly problem: string;
  /** Empty where the sentence has no name. */
  readonly problem_reason: string;
  readonly problem_values: Sentence['values'];
}

const MAX_TEXT = 2_000;

export function problemOf({ problem, problem_reason: reason, problem_values: values }: ProblemRow): Sentence | undefined {
  return problem === '' ? undefined : { text: problem, reason: reason === '' ? undefined : reason, values };
}

/** For `problem`, `problem_reason` and `problem_values`. */
export function problemValues(problem: Sentence | undefined): [problem: string, reason: string, values: string] {
  if (problem === undefined) return ['', '', '{}'];
  const values = Object.entries(problem.values).map(([name, value]) => [
    name,
    typeof value === 'string' ? value.slice(0, MAX_TEXT) : value,
  ]);
  return [problem.text.slice(0, MAX_TEXT), problem.reason ?? '', JSON.stringify(Object.fromEntries(values))];
}
