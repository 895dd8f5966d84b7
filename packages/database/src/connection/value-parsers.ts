import pg from 'pg';

const INT8 = pg.types.builtins.INT8;

/** A bigint column or a count() held a value beyond 2^53, which a JavaScript number cannot tell exactly. */
export class UnsafeIntegerError extends Error {
  override readonly name = 'UnsafeIntegerError';

  constructor(text: string) {
    super(`The database answered the integer ${text}, which is beyond what a number holds exactly.`);
  }
}

function parseInt8(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new UnsafeIntegerError(text);
  return value;
}

/**
 * For `types` of every connection: bigint and count() arrive as numbers, never as strings; a value that no number holds is an
 * error and not a rounded size. All other types are parsed as pg does. Set per connection, so that other users of pg in this
 * process (the job queue) keep their own.
 */
export const valueParsers: pg.CustomTypesConfig = {
  getTypeParser: ((oid: number, format?: 'text' | 'binary') => {
    if (oid === INT8 && format !== 'binary') return parseInt8;
    return pg.types.getTypeParser(oid, format);
  }) as typeof pg.types.getTypeParser,
};
