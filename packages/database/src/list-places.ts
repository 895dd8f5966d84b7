import type { Knex } from 'knex';
import { DatabaseUnavailableError } from './database-unavailable-error.ts';
import { plannedRowsOf } from './transactions.ts';

/** Of a pool's connections, what the lists of people may have at once. */
const SHARE = 0.6;
/** As long as anybody waits for a connection. */
const PATIENCE_MS = 15_000;

/**
 * {@link plannedRowsOf} for what people list and search: some of it takes seconds where there are millions of rows, and a few who look for
 * something must leave connections to pushes and sign-ins. Rejects with DatabaseUnavailableError when no other list ends in time.
 */
export async function listedRowsOf<Row>(knex: Knex, sql: string, values: readonly unknown[]): Promise<readonly Row[]> {
  if (knex.isTransaction === true) return plannedRowsOf<Row>(knex, sql, values);
  const places = placesOf(knex);
  await places.take();
  try {
    return await plannedRowsOf<Row>(knex, sql, values);
  } finally {
    places.give();
  }
}

const byPool = new WeakMap<object, Places>();

function placesOf(knex: Knex): Places {
  const { pool } = knex.client as { readonly pool: { readonly max: number } };
  const known = byPool.get(pool);
  if (known !== undefined) return known;
  const places = new Places(Math.max(1, Math.floor(pool.max * SHARE)));
  byPool.set(pool, places);
  return places;
}

class Places {
  readonly #waiting: (() => void)[] = [];
  #free: number;

  constructor(places: number) {
    this.#free = places;
  }

  async take(): Promise<void> {
    if (this.#free > 0) {
      this.#free -= 1;
      return;
    }
    await new Promise<void>((resolve, reject) => {
      const next = (): void => {
        clearTimeout(timer);
        resolve();
      };
      const timer = setTimeout(() => {
        this.#waiting.splice(this.#waiting.indexOf(next), 1);
        reject(new DatabaseUnavailableError('The database is busy with other lists. Try again in a moment.'));
      }, PATIENCE_MS);
      this.#waiting.push(next);
    });
  }

  /** Hands the place on. */
  give(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#free += 1;
    else next();
  }
}
