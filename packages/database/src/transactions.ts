import { setTimeout as delay } from 'node:timers/promises';
import type { Knex } from 'knex';
import { translateDatabaseError } from './database-unavailable-error.ts';

/** "cached plan must not change result type": a migration changed a table under a prepared statement. */
const STALE_PLAN = '0A000';
/** Besides: serialization_failure and deadlock_detected. Nothing is wrong with the work, it only met another transaction. */
const RETRYABLE = new Set(['40001', '40P01', STALE_PLAN]);
const MAX_ATTEMPTS = 6;

/**
 * Runs `work` in one READ COMMITTED transaction, again when Postgres broke it off for the sake of another one; after six attempts the
 * failure goes to the caller. `work` must do nothing outside the transaction (law 10). Rejects with DatabaseUnavailableError when the
 * connection is lost: whether the commit took place is unknown then.
 */
export async function inTransaction<Result>(knex: Knex, work: (transaction: Knex.Transaction) => Promise<Result>): Promise<Result> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await knex.transaction(work);
    } catch (error) {
      if (error instanceof Rollback) return error.result as Result;
      if (attempt >= MAX_ATTEMPTS || !RETRYABLE.has(sqlState(error) ?? '')) throw translateDatabaseError(error);
      // Spread out, so that the same transactions do not meet again.
      await delay(Math.random() * 10 * 2 ** attempt);
    }
  }
}

class Rollback extends Error {
  readonly result: unknown;

  constructor(result: unknown) {
    super('The transaction was taken back on purpose.');
    this.result = result;
  }
}

/** Takes the running {@link inTransaction} back and makes it resolve to `result`, which must be of its type. */
export function rollBackWith<Result>(result: Result): never {
  throw new Rollback(result);
}

/** The five-character SQLSTATE of a Postgres error, if it is one. */
export function sqlState(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined;
  return typeof error.code === 'string' && /^[0-9A-Z]{5}$/.test(error.code) ? error.code : undefined;
}

/**
 * The rows of a statement of fixed text, typed by what it selects. Each connection prepares it once: planning costs more than running what is
 * short. Rejects with DatabaseUnavailableError or the error of Postgres.
 */
export async function rowsOf<Row>(knex: Knex, sql: string, values: readonly unknown[]): Promise<readonly Row[]> {
  try {
    return await run<Row>(knex.raw(sql, values as Knex.RawBinding[]).options({ name: preparedName(sql) }));
  } catch (error) {
    if (sqlState(error) !== STALE_PLAN) throw translateDatabaseError(error);
    // Prepared anew under other names. A transaction is broken by the error and starts again as a whole.
    preparedNames.clear();
    if (knex.isTransaction === true) throw error;
    return await plannedRowsOf<Row>(knex, sql, values);
  }
}

/**
 * Like {@link rowsOf}, but planned for its values at each run: for lists, whose best plan depends on scope and limit, and for statements
 * whose text varies.
 */
export async function plannedRowsOf<Row>(knex: Knex, sql: string, values: readonly unknown[]): Promise<readonly Row[]> {
  try {
    return await run<Row>(knex.raw(sql, values as Knex.RawBinding[]));
  } catch (error) {
    throw translateDatabaseError(error);
  }
}

async function run<Row>(query: Knex.Raw): Promise<readonly Row[]> {
  const result = (await query) as { rows: Row[] };
  return result.rows;
}

const preparedNames = new Map<string, string>();
let prepared = 0;

function preparedName(sql: string): string {
  let name = preparedNames.get(sql);
  if (name === undefined) {
    prepared += 1;
    name = `berth_${prepared}`;
    preparedNames.set(sql, name);
  }
  return name;
}
