import { setTimeout as sleep } from 'node:timers/promises';
import type { StorageJournal } from '@berth/registry';
import type { Metrics } from '../http/metrics.ts';
import type { Logger } from '../logging.ts';

/** A change is in the storage about so much later; in between, the commits of pushes have the disk for themselves. */
const PAUSE_MS = 1_000;
const MAX_PAUSE_MS = 10_000;
/** What a stopping server still writes of what waits. */
const FAREWELL_MS = 5_000;

export interface JournalWriting {
  start(): void;
  /** After the last request, so that the storage has everything. */
  stop(): Promise<void>;
}

/** Keeps the journal in the storage up to date (law 13). While the storage fails nothing is lost, the changes wait in the database. */
export function createJournalWriting(
  journal: Pick<StorageJournal, 'step' | 'lag' | 'release'>,
  { logger, metrics }: { readonly logger: Logger; readonly metrics: Metrics },
): JournalWriting {
  const stopping = new AbortController();
  let loop: Promise<void> | undefined;
  let failingSince: number | undefined;
  metrics.gauge('berth_storage_journal_lag_seconds', 'Age of the oldest change that the journal in the storage does not have yet', () =>
    failingSince === undefined ? journal.lag : journal.lag + (performance.now() - failingSince) / 1000,
  );

  async function run(): Promise<void> {
    let pause = PAUSE_MS;
    while (!stopping.signal.aborted) {
      const outcome = await step();
      if (outcome === 'more') continue;
      pause = outcome === 'done' ? PAUSE_MS : Math.min(pause * 2, MAX_PAUSE_MS);
      await sleep(pause, undefined, { signal: stopping.signal }).catch(() => undefined);
    }
  }

  async function step(): Promise<'more' | 'done' | 'failed'> {
    try {
      const { more } = await journal.step(stopping.signal);
      if (failingSince !== undefined) logger.info('the journal in the storage is written again');
      failingSince = undefined;
      return more ? 'more' : 'done';
    } catch (error) {
      if (failingSince === undefined) {
        logger.error({ err: error }, 'the journal in the storage cannot be written; the changes are kept and written later');
      }
      failingSince ??= performance.now();
      return 'failed';
    }
  }

  return {
    start: () => {
      loop ??= run();
    },
    stop: async () => {
      stopping.abort();
      await loop;
      const limit = performance.now() + FAREWELL_MS;
      while (performance.now() < limit && (await step()) === 'more');
      await journal.release().catch((error: unknown) => logger.warn({ err: error }, 'the journal in the storage was not let go of'));
    },
  };
}
