import knex, { type Knex } from 'knex';
import { valueParsers } from './value-parsers.ts';

export interface KnexOptions {
  /** postgres:// URL; TLS by its parameters (sslmode, sslrootcert ...) as libpq names them. Holds a password: never log it. */
  readonly url: string;
  /** Shown in pg_stat_activity; tells processes apart. */
  readonly applicationName: string;
  /** Most connections at once. Default 10. */
  readonly poolSize?: number;
  /** A statement that takes longer is cancelled by the server. Default 60 s; 0 for none (migrations). */
  readonly statementTimeoutMs?: number;
}

const CONNECT_TIMEOUT_MS = 10_000;

/** Opens a bounded pool for transactions and listings. Connects at the first use; end it with destroy(). */
export function openKnex(options: KnexOptions): Knex {
  return knex({
    client: 'pg',
    connection: {
      connectionString: options.url,
      application_name: options.applicationName,
      connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
      statement_timeout: options.statementTimeoutMs ?? 60_000,
      // A process that hangs inside a transaction must not hold its locks for ever.
      idle_in_transaction_session_timeout: 60_000,
      keepAlive: true,
      types: valueParsers,
    } as Knex.PgConnectionConfig,
    pool: { min: 0, max: options.poolSize ?? 10 },
    // A request that finds every connection busy for so long is refused rather than queued for ever.
    acquireConnectionTimeout: 15_000,
    // knex would print lost connections to stdout, between the JSON lines of the log; whoever needed the connection gets the error.
    log: { warn: silent, error: silent, deprecate: silent, debug: silent },
  });
}

function silent(): void {
  // Told by the rejection of the query.
}
