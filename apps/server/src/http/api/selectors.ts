import type { selector } from '@berth/api-contract';
import { type Sentence, say } from '@berth/oci';
import { type Selector, selectorProblem } from '@berth/registry';
import type { z } from 'zod';
import { ApiError } from './api-error.ts';

type Given = z.output<typeof selector>;

/** Selectors of a body; throws BAD_REQUEST for one that cannot be used. `decorations`: what is allowed, the first where none is given. */
export function selectorsOf(given: readonly Given[], decorations: readonly [string, ...string[]]): readonly Selector[] {
  return given.map(({ kind = 'doublestar', decoration = decorations[0], pattern = '**', extras }) => {
    if (!decorations.includes(decoration))
      throw unusable(say('selector-decoration')`its decoration must be one of ${{ known: decorations.join(', ') }}`);
    const made = { kind, decoration, pattern, ...(extras === undefined ? {} : { extras }) };
    const problem = selectorProblem(made);
    // The pattern is quoted: who gave several sees which one is meant.
    if (problem !== undefined) throw unusable({ ...problem, text: `${JSON.stringify(pattern)}: ${problem.text}` });
    return made;
  });
}

function unusable(why: Sentence): ApiError {
  return new ApiError('BAD_REQUEST', { ...why, text: `A selector cannot be used: ${why.text}. Nothing was changed.` });
}
