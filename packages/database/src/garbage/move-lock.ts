import type { MoveLock } from '@berth/registry';
import pg from 'pg';

/** Key of the advisory lock, chosen once at random. */
const LOCK_KEY = 7_204_416_038_951;
const CONNECT_MILLISECONDS = 10_000;

/** Another process moves the storage; a sentence. */
export class MoveBusyError extends Error {
  override readonly name = 'MoveBusyError';
}

/**
 * Runs `work` while no other process of this database moves its storage. The lock is that of a session: it ends with the connection, so a
 * process that dies, or a machine that is cut off, blocks nobody. Rejects with {@link MoveBusyError} instead of waiting.
 */
export async function withMoveLock<Result>(url: string, work: (lock: MoveLock) => Promise<Result>): Promise<Result> {
  const client = new pg.Client({
    connectionString: url,
    application_name: 'berth-move',
    connectionTimeoutMillis: CONNECT_MILLISECONDS,
    keepAlive: true,
  });
  // A connection that is lost fails the next question; unheard, the event would end the process.
  client.on('error', () => undefined);
  try {
    await client.connect();
    const { rows } = await client.query<{ locked: boolean }>('SELECT pg_try_advisory_lock($1) AS locked', [LOCK_KEY]);
    if (rows[0]?.locked !== true) throw new MoveBusyError('Another process moves the storage already. Nothing was changed.');
    return await work({ confirm: async () => void (await client.query('SELECT 1')) });
  } finally {
    await client.end().catch(() => undefined);
  }
}
