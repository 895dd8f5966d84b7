import { fieldProblem } from '@berth/api-contract';
import { type Sentence, say } from '@berth/oci';
import type { z } from 'zod';

/** What a schema does not like, as a refusal that names the field and the rule. */
export function fieldRefusal(given: unknown, issue: z.core.$ZodIssue | undefined): Sentence {
  const { field, rule, message, values } = fieldProblem(given, issue);
  const shown = field === '' ? 'The body' : field;
  const sentence = say('field')`${{ field: shown }} cannot be used: ${{ why: message }}. Nothing was changed.`;
  return { ...sentence, values: { ...values, field, rule } };
}
