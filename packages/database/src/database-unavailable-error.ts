import { QuotaExceededError, type QuotaRefusal } from '@berth/registry';

/**
 * The database could not be reached, went away, has no connection to spare, or gave up on a statement that took too long. A read was not done; a write was not acknowledged, so it
 * may or may not have been done. Either may be tried again. `cause` tells why.
 */
export class DatabaseUnavailableError extends Error {
  override readonly name: string = 'DatabaseUnavailableError';
}

/** Classes and codes of SQLSTATE for a server that is away, going away, starting, or full. */
const SERVER_AWAY = /^(08...|57P0[123]|53300)$/;
const NETWORK_CODES = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ENOENT',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
]);
/** pg gives these errors no code, and knex writes the statement before the message. */
const PG_MESSAGES =
  /(?:^| - )(Connection terminated|timeout expired|Client has encountered a connection error|Unable to acquire a connection)/;

/** The time that a statement has is over: too much is going on, or there is very much to look at. */
const TOO_LONG = '57014';

/** Raised by the trigger that counts blobs (migration 0031). */
const QUOTA_FULL = 'BQ001';

/** Gives errors of a lost or refused connection, and of a full quota, their own type; every other error comes back as it is. */
export function translateDatabaseError(error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof DatabaseUnavailableError) return error;
  if ('code' in error && error.code === QUOTA_FULL) return quotaExceeded(error);
  if ('code' in error && error.code === TOO_LONG)
    return new DatabaseUnavailableError('The database did not finish this in time and took it back. Try again in a moment.', {
      cause: error,
    });
  if (!isConnectionTrouble(error)) return error;
  return new DatabaseUnavailableError('The database cannot be reached or has no free connection. Try again in a moment.', { cause: error });
}

function quotaExceeded(error: Error & { readonly detail?: unknown }): QuotaExceededError {
  return new QuotaExceededError(JSON.parse(String(error.detail)) as QuotaRefusal, error);
}

function isConnectionTrouble(error: Error & { readonly code?: unknown }): boolean {
  const code = typeof error.code === 'string' ? error.code : '';
  return error.name === 'KnexTimeoutError' || SERVER_AWAY.test(code) || NETWORK_CODES.has(code) || PG_MESSAGES.test(error.message);
}
