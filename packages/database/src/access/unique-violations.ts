import { NameTakenError } from '@berth/access';
import type { Sentence } from '@berth/oci';
import { sqlState } from '../transactions.ts';

const UNIQUE_VIOLATION = '23505';

export interface UniqueField {
  readonly constraint: string;
  readonly field: string;
  readonly sentence: Sentence;
}

/** Runs a write and turns the violation of a known constraint into {@link NameTakenError}; every other error stays what it is. */
export async function namingConflicts<Result>(fields: readonly UniqueField[], write: () => Promise<Result>): Promise<Result> {
  try {
    return await write();
  } catch (error) {
    if (sqlState(error) !== UNIQUE_VIOLATION) throw error;
    const { constraint } = error as { constraint?: string };
    const taken = fields.find((field) => field.constraint === constraint);
    if (taken === undefined) throw error;
    throw new NameTakenError(taken.field, taken.sentence, { cause: error });
  }
}
