import { DatabaseUnavailableError } from '../database-unavailable-error.ts';

/**
 * A lookup got no answer because the database could not be reached, went away, or was too slow. The lookup had no effect and may be
 * tried again. `cause` tells why.
 */
export class LookupUnavailableError extends DatabaseUnavailableError {
  override readonly name = 'LookupUnavailableError';
}
