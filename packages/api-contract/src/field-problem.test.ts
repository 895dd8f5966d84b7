import { expect, it } from 'vitest';
import { z } from 'zod';
import { FIELD_CHECKS, fieldProblem } from './field-problem.ts';

const schema = z.object({
  name: z.string().min(2).max(4),
  size: z.number().min(-1).max(10).optional(),
  kind: z.enum(['a', 'b']).optional(),
  list: z.array(z.string()).max(1).optional(),
  deep: z.object({ day: z.string().regex(/^\d{4}$/, FIELD_CHECKS.day) }).optional(),
  plain: z.string().regex(/^x$/).optional(),
});

it.each([
  [{}, 'name', 'missing', {}],
  [{ name: 7 }, 'name', 'wrong-kind', {}],
  [{ name: 'x' }, 'name', 'too-short', { limit: 2 }],
  [{ name: 'xxxxx' }, 'name', 'too-long', { limit: 4 }],
  [{ name: 'xx', size: -2 }, 'size', 'too-small', { limit: -1 }],
  [{ name: 'xx', size: 11 }, 'size', 'too-large', { limit: 10 }],
  [{ name: 'xx', kind: 'c' }, 'kind', 'one-of', { known: 'a, b' }],
  [{ name: 'xx', list: ['a', 'b'] }, 'list', 'too-many', { limit: 1 }],
  [{ name: 'xx', deep: { day: '12' } }, 'deep.day', 'day', {}],
  [{ name: 'xx', plain: 'y' }, 'plain', 'wrong', {}],
  ['words', '', 'wrong-kind', {}],
])('names what is wrong with %j', (given, field, rule, values) => {
  const read = schema.safeParse(given);
  expect(fieldProblem(given, read.error?.issues[0])).toMatchObject({ field, rule, values });
});

it('has something to say without an issue', () => {
  expect(fieldProblem({}, undefined)).toEqual({ field: '', rule: 'wrong', message: 'wrong value', values: {} });
});
