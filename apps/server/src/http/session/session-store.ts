import type { Settings } from '@berth/access';
import type { SessionPool } from '@berth/database';
import connectPgSimple from 'connect-pg-simple';
import session, { type SessionData } from 'express-session';
import { LRUCache } from 'lru-cache';

/** A session is prolonged once in this time at most, so that looking at pages does not write with each answer. */
const TOUCH_EVERY_MS = 60 * 1000;
const MAX_REMEMBERED = 10_000;
const PRUNE_SECONDS = 15 * 60;

export interface SessionStoreOptions {
  readonly pool: SessionPool;
  readonly settings: Pick<Settings, 'access'>;
  /** Expired sessions could not be swept; that is tried again later. */
  onTrouble(error: unknown): void;
}

/** Sessions in Postgres, in the table that our own migration makes. */
export function createSessionStore({ pool, settings, onTrouble }: SessionStoreOptions): session.Store {
  const PgStore = connectPgSimple(session);
  type PoolOption = NonNullable<ConstructorParameters<typeof PgStore>[0]>['pool'];

  class SessionStore extends PgStore {
    /** When this process last prolonged a session. */
    readonly #touched = new LRUCache<string, number>({ max: MAX_REMEMBERED });

    /** Seconds; the store's own field, which its types do not tell. */
    declare ttl: number;

    override set(id: string, data: SessionData, done?: (error?: unknown) => void): void {
      this.#withIdleTime(
        () => super.set(id, data, done),
        (error) => done?.(error),
      );
    }

    override touch(id: string, data: SessionData, done?: () => void): void {
      const last = this.#touched.get(id);
      if (last !== undefined && performance.now() - last < TOUCH_EVERY_MS) {
        done?.();
        return;
      }
      this.#touched.set(id, performance.now());
      this.#withIdleTime(
        () => super.touch(id, data, done),
        (error) => (done as ((error: unknown) => void) | undefined)?.(error),
      );
    }

    /** Asked at each write: a shorter time then counts for sessions that began before. */
    #withIdleTime(write: () => void, fail: (error: unknown) => void): void {
      settings.access().then(({ sessionIdleMinutes }) => {
        this.ttl = sessionIdleMinutes * 60;
        write();
      }, fail);
    }
  }

  return new SessionStore({
    // Of the pool it calls query() only.
    pool: pool as unknown as NonNullable<PoolOption>,
    tableName: 'sessions',
    pruneSessionInterval: PRUNE_SECONDS,
    errorLog: (_message: unknown, error: unknown) => onTrouble(error),
  });
}
