import pg from 'pg';

const INT8 = pg.types.builtins.INT8;
/** int8[]; pg names no array types. */
const INT8_ARRAY = 1016;

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

function parseInt8Array(text: string): unknown {
  return toNumbers(parserOf(INT8_ARRAY)(text));
}

/** pg's own parser; its types list only some of the types it knows. */
function parserOf(oid: number): (text: string) => unknown {
  return (pg.types.getTypeParser as (oid: number) => (text: string) => unknown)(oid);
}

/** Arrays may be nested and hold NULL. */
function toNumbers(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(toNumbers);
  return typeof value === 'string' ? parseInt8(value) : value;
}

/**
 * For `types` of every connection: bigint and count() arrive as numbers, never as strings; a value that no number holds is an
 * error and not a rounded size. All other types are parsed as pg does. Set per connection, so that other users of pg in this
 * process (the job queue) keep their own.
 */
export const valueParsers: pg.CustomTypesConfig = {
  getTypeParser: ((oid: number, format?: 'text' | 'binary') => {
    if (format !== 'binary' && oid === INT8) return parseInt8;
    if (format !== 'binary' && oid === INT8_ARRAY) return parseInt8Array;
    return pg.types.getTypeParser(oid, format);
  }) as typeof pg.types.getTypeParser,
};
