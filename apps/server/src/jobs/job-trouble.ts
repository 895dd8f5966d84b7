import { DatabaseUnavailableError } from '@berth/database';
import { say, type Sentence } from '@berth/oci';
import { StorageFailedError, StorageFullError, StoredObjectDamagedError, StoredObjectMissingError } from '@berth/registry';

/** What wraps what failed, at most so many times. */
const DEPTH = 5;

/**
 * Why a job failed: in the words of what failed, often another program's, and with the kind of trouble as the name of the sentence, so that
 * another language can tell at least that and quote the words.
 */
export function jobTrouble(error: unknown): Sentence {
  const words = (error instanceof Error ? error.message : String(error)) || 'It failed.';
  const all = causes(error);
  if (all.some((each) => each instanceof StorageFullError)) return say('job-storage-full')`${{ words }}`;
  if (all.some((each) => each instanceof StoredObjectMissingError || each instanceof StoredObjectDamagedError))
    return say('job-content-damaged')`${{ words }}`;
  if (all.some((each) => each instanceof StorageFailedError)) return say('job-storage-failed')`${{ words }}`;
  if (all.some(isOfDatabase)) return say('job-database-failed')`${{ words }}`;
  return say('job-failed')`${{ words }}`;
}

function causes(error: unknown): readonly Error[] {
  const found: Error[] = [];
  for (let each = error; each instanceof Error && found.length < DEPTH; each = each.cause) found.push(each);
  return found;
}

/** Errors of Postgres carry their severity. */
function isOfDatabase(error: Error): boolean {
  return error instanceof DatabaseUnavailableError || ('severity' in error && 'code' in error);
}
