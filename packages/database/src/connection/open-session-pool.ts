import pg from 'pg';
import { translateDatabaseError } from '../database-unavailable-error.ts';
import { valueParsers } from './value-parsers.ts';

export interface SessionPoolOptions {
  /** postgres:// URL. Holds a password: never log it. */
  readonly url: string;
  readonly applicationName: string;
  /** An idle connection broke; the next query makes another. */
  onTrouble(error: Error): void;
}

/** The few connections that keep sessions, so that browsers never wait behind transactions. Connects at the first use. */
export interface SessionPool {
  /** Rejects with DatabaseUnavailableError or the error of Postgres. */
  query(text: string, values?: unknown[]): Promise<{ rows: unknown[] }>;
  close(): Promise<void>;
}

const CONNECTIONS = 2;
const CONNECT_TIMEOUT_MS = 10_000;
const STATEMENT_TIMEOUT_MS = 10_000;

export function openSessionPool({ url, applicationName, onTrouble }: SessionPoolOptions): SessionPool {
  const pool = new pg.Pool({
    connectionString: url,
    application_name: applicationName,
    max: CONNECTIONS,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    statement_timeout: STATEMENT_TIMEOUT_MS,
    keepAlive: true,
    types: valueParsers,
  });
  pool.on('error', onTrouble);
  return {
    async query(text, values) {
      try {
        return await pool.query(text, values);
      } catch (error) {
        throw translateDatabaseError(error);
      }
    },
    close: () => pool.end(),
  };
}
