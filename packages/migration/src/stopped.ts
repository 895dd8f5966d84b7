import { RegistryContentError, RegistryRefusedError, RegistryUnreachableError } from '@berth/registry-client';

/** The run cannot go on; what was copied stays. The message is a sentence for a person. */
export class MigrationStoppedError extends Error {
  override readonly name = 'MigrationStoppedError';
}

/** Not of one artifact, but of everything after it too. */
const STOPPING: Readonly<Record<number, string>> = {
  401: 'The sign-in is not taken',
  502: 'A registry cannot answer',
  503: 'A registry cannot answer',
  504: 'A registry cannot answer',
  507: 'There is no room left',
};
const GO_ON = 'What was copied stays: run the same command again, and it goes on from there.';
const LOST = ['ECONNRESET', 'ETIMEDOUT', 'EPIPE', 'ECONNREFUSED', 'ERR_STREAM_PREMATURE_CLOSE'];

/** The error to stop with; undefined where it is about one thing only. */
export function stopping(error: unknown): MigrationStoppedError | undefined {
  if (error instanceof MigrationStoppedError) return error;
  const sentence = reasonOf(error);
  if (sentence === undefined) return undefined;
  return new MigrationStoppedError(`${sentence} ${GO_ON}`, { cause: error });
}

/**
 * The error to end a run with that something outside of one artifact refused, such as a list that the source does not give; undefined for a
 * defect. There is a report of what was copied before.
 */
export function ending(error: unknown): MigrationStoppedError | undefined {
  const isTheirs = error instanceof RegistryRefusedError || error instanceof RegistryContentError;
  return stopping(error) ?? (isTheirs ? new MigrationStoppedError(`${error.message} ${GO_ON}`, { cause: error }) : undefined);
}

function reasonOf(error: unknown): string | undefined {
  if (error instanceof RegistryUnreachableError) return error.message;
  if (error instanceof RegistryRefusedError)
    return STOPPING[error.status] === undefined ? undefined : `${STOPPING[error.status]}: ${error.message}`;
  if (error instanceof Error && LOST.includes(String((error as { code?: unknown }).code)))
    return `A connection broke, again and again: ${error.message}.`;
  return undefined;
}
