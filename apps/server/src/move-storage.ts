import { setTimeout as sleep } from 'node:timers/promises';
import { createBlobInventory, createJournalRecords, createMoveRecords, withMoveLock } from '@berth/database';
import {
  type BlobStore,
  type MoveOptions,
  MoveRefusedError,
  type MoveSummary,
  MovingBlobStore,
  StorageJournal,
  StorageMove,
} from '@berth/registry';
import type { Knex } from 'knex';

export interface MoveWish extends MoveOptions {
  /** Empty the old storage once every blob is in the new one. */
  readonly removeOld: boolean;
  removed(objects: number): void;
}

export interface MoveResult extends MoveSummary {
  readonly from: string;
  readonly to: string;
  /** Objects of the old storage. */
  readonly removed: number;
}

interface MoveWork extends MoveWish {
  readonly knex: Knex;
  readonly databaseUrl: string;
  readonly store: BlobStore;
}

const JOURNAL_CHECK_MS = 200;
const NOT_CONFIGURED =
  'The configuration names no previous storage, so there is nothing to move. Nothing was changed. Stop the server, set BERTH_STORAGE (and ' +
  'BERTH_S3_...) to the new storage and BERTH_STORAGE_PREVIOUS (and BERTH_PREVIOUS_S3_...) to the one used until now, start it, and call ' +
  'this again.';

/**
 * Moves the blobs from the previous storage to the one of the configuration, while servers with the same configuration run or none does.
 * Rejects with MoveRefusedError or MoveBusyError, sentences.
 */
export async function moveStorage({ knex, databaseUrl, store, removeOld, removed, ...options }: MoveWork): Promise<MoveResult> {
  if (!(store instanceof MovingBlobStore)) throw new MoveRefusedError(NOT_CONFIGURED);
  return withMoveLock(databaseUrl, async (lock) => {
    const move = new StorageMove({ inventory: createBlobInventory(knex), records: createMoveRecords(knex), store, lock });
    // The journal first: while it is in neither storage whole, a lost database could not be rebuilt from the new one.
    if (!options.dryRun) await moveJournal(new StorageJournal(createJournalRecords(knex), store.side), options.stopping);
    const summary = await move.run(options);
    const count = removeOld && summary.ended && !options.dryRun ? await move.removeOld(options.stopping, removed) : 0;
    return { ...summary, ...store.places, removed: count };
  });
}

/** Written by a server where one runs, else here. */
async function moveJournal(journal: StorageJournal, stopping: AbortSignal): Promise<void> {
  try {
    while (!stopping.aborted && !(await journal.isHere())) {
      const { more } = await journal.step(stopping);
      if (!more) await sleep(JOURNAL_CHECK_MS);
    }
  } finally {
    await journal.release();
  }
}
