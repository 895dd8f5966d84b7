import type { Knex } from 'knex';
import { rowsOf } from '../transactions.ts';

/** How long a backup that says nothing more still holds deleted objects back. */
const ALIVE_SECONDS = 180;

export interface BackupOutcome {
  readonly blobs: number;
  readonly bytes: number;
  /** Absent: it went well. */
  readonly problem?: string;
}

/** Backups under way, which hold back the removal of deleted objects, and the latest that went well. */
export interface BackupRuns {
  /** Committed when it resolves: from then on objects stay. */
  start(place: string, backup: string): Promise<number>;
  /** To be called every {@link BACKUP_HEARTBEAT_SECONDS}. False: the hold was lost, and objects may have gone since. */
  keepAlive(id: number): Promise<boolean>;
  /** Lets objects go again. */
  finish(id: number, outcome: BackupOutcome): Promise<void>;
  /** When the newest backup that went well was started. */
  latestSuccess(): Promise<Date | undefined>;
}

export const BACKUP_HEARTBEAT_SECONDS = 20;

export function createBackupRuns(knex: Knex): BackupRuns {
  return {
    async start(place, backup) {
      const rows = await rowsOf<{ id: number }>(
        knex,
        `insert into backup_runs (place, backup, alive_until) values (left(?, 2048), ?, now() + make_interval(secs => ?)) returning id`,
        [place, backup, ALIVE_SECONDS],
      );
      if (rows[0] === undefined) throw new Error('The backup was not written down.');
      return rows[0].id;
    },

    async keepAlive(id) {
      const rows = await rowsOf(
        knex,
        `update backup_runs set alive_until = now() + make_interval(secs => ?)
         where id = ? and status = 'Running' and alive_until > now() returning 1`,
        [ALIVE_SECONDS, id],
      );
      return rows.length > 0;
    },

    async finish(id, { blobs, bytes, problem }) {
      await rowsOf(
        knex,
        `update backup_runs set status = ?, blobs = ?, bytes = ?, problem = left(?, 4000), ended_at = now() where id = ?`,
        [problem === undefined ? 'Success' : 'Error', blobs, bytes, problem ?? '', id],
      );
    },

    async latestSuccess() {
      const rows = await rowsOf<{ at: Date | null }>(knex, `select max(started_at) as at from backup_runs where status = 'Success'`, []);
      return rows[0]?.at ?? undefined;
    },
  };
}
