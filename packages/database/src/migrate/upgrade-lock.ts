import pg from 'pg';

/** Key of the advisory lock, chosen once at random. Another than that of the steps, which are locked one by one as well. */
const LOCK_KEY = 5_118_730_946_227;
const CONNECT_MILLISECONDS = 10_000;

/** What one may ask while one holds the lock. */
export interface UpgradeLock {
  /** Rejects when the connection that holds the lock is gone: another process may have it by now. */
  confirm(): Promise<void>;
}

/**
 * Runs `work` while no other process of this database is in one. The lock is that of a session: it ends with the connection, so a process
 * that dies, or a machine that is cut off, blocks nobody. Others wait.
 */
export async function withUpgradeLock<Result>(url: string, work: (lock: UpgradeLock) => Promise<Result>): Promise<Result> {
  const client = new pg.Client({
    connectionString: url,
    application_name: 'berth-upgrade',
    connectionTimeoutMillis: CONNECT_MILLISECONDS,
    keepAlive: true,
  });
  // A connection that is lost fails the next question; unheard, the event would end the process.
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.query('SELECT pg_advisory_lock($1)', [LOCK_KEY]);
    return await work({ confirm: async () => void (await client.query('SELECT 1')) });
  } finally {
    await client.end().catch(() => undefined);
  }
}
