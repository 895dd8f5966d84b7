import { setTimeout as sleep } from 'node:timers/promises';
import type { Knex } from 'knex';
import { rowsOf } from '../transactions.ts';

/** Brings concurrent transactions into one chosen order, for tests: holds a lock that one needs, and waits until so many stand in line. */
export class LockSteps {
  readonly #knex: Knex;

  constructor(knex: Knex) {
    this.#knex = knex;
  }

  /** Holds the rows that `sql` locks until the returned function is called. */
  async hold(sql: string, values: readonly unknown[]): Promise<() => Promise<void>> {
    const transaction = await this.#knex.transaction();
    const rows = await rowsOf(transaction, sql, values);
    if (rows.length > 0) return async () => void (await transaction.commit());
    await transaction.rollback();
    throw new Error('There was nothing to hold.');
  }

  /** Resolves when exactly so many sessions of this database wait for a lock; never, when that does not happen. */
  async whenWaiting(count: number): Promise<void> {
    for (;;) {
      const rows = await rowsOf(
        this.#knex,
        `select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock' and state <> 'idle'`,
        [],
      );
      if (rows.length === count) return;
      await sleep(5);
    }
  }
}
