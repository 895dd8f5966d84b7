import {
  createAuditLog,
  createBackupRuns,
  createBlobInventory,
  createDailyNumbers,
  createImmutableRules,
  createJournalRecords,
  createQuotas,
  createRetentionRecords,
  createWorkRuns,
} from '@berth/database';
import { RetentionRuns, StorageCheck, StorageJournal, Work } from '@berth/registry';
import type { Knex } from 'knex';
import { collectGarbage } from './jobs/collect-garbage.ts';
import { expireUploads } from './jobs/expire-uploads.ts';
import type { Job } from './jobs/job.ts';
import { indexLayers } from './jobs/index-layers.ts';
import { runCollections } from './jobs/run-collections.ts';
import { rollDailyNumbers } from './jobs/roll-daily-numbers.ts';
import { runRetention } from './jobs/run-retention.ts';
import { runWork } from './jobs/run-work.ts';
import { scrubStorage } from './jobs/scrub-storage.ts';
import { sweepGarbage } from './jobs/sweep-garbage.ts';
import { sweepStorage } from './jobs/sweep-storage.ts';
import { trimEvents } from './jobs/trim-events.ts';
import { purgeTrash } from './jobs/purge-trash.ts';
import { readManifestFacts } from './jobs/read-manifest-facts.ts';
import { warnExpiringRobots } from './jobs/warn-expiring-robots.ts';
import { reconcileQuotas } from './jobs/reconcile-quotas.ts';
import { sealAudit } from './jobs/seal-audit.ts';
import { watchBackups } from './jobs/watch-backups.ts';
import { watchQuotas } from './jobs/watch-quotas.ts';
import { workDeletions } from './jobs/work-deletions.ts';
import { fsckWork, scrubWork } from './work/check-storage.ts';
import { purgeAuditWork } from './work/purge-audit.ts';
import type { Context, Stores } from './compose.ts';

/** Background work, for the one process that runs it. */
export function composeJobs(stores: Stores, { logger, metrics }: Pick<Context, 'logger' | 'metrics'>): readonly Job[] {
  const { garbage } = stores.registry;
  const inventory = createBlobInventory(stores.knex);
  const check = new StorageCheck(inventory, stores.blobStore);
  return [
    expireUploads(garbage),
    workDeletions(garbage, stores.collector, metrics),
    watchBackups(createBackupRuns(stores.knex), metrics),
    watchQuotas(createQuotas(stores.knex), metrics),
    collectGarbage(stores.collector, metrics),
    sweepGarbage(stores.collector, metrics),
    runCollections(stores.collectionRuns, metrics),
    runRetention(new RetentionRuns(createRetentionRecords(stores.knex), createImmutableRules(stores.knex))),
    runWork(
      new Work(createWorkRuns(stores.knex), [
        fsckWork(check, inventory),
        scrubWork(check, inventory),
        purgeAuditWork(createAuditLog(stores.knex), async () => databaseTime(stores.knex)),
      ]),
    ),
    trimEvents(stores.collector),
    rollDailyNumbers(createDailyNumbers(stores.knex)),
    sealAudit(createAuditLog(stores.knex)),
    reconcileQuotas(createQuotas(stores.knex), logger),
    warnExpiringRobots(stores.identity.robots),
    indexLayers(stores.files.indexer),
    purgeTrash(stores.content.trash),
    readManifestFacts(stores.content.facts),
    sweepStorage(stores.blobStore),
    scrubStorage(check, logger),
  ];
}

/** For the one process that runs the jobs. */
export function composeJournal(stores: Pick<Stores, 'knex' | 'blobStore'>): StorageJournal {
  return new StorageJournal(createJournalRecords(stores.knex), stores.blobStore.side);
}

async function databaseTime(knex: Knex): Promise<Date> {
  const { rows } = await knex.raw<{ rows: { now: Date }[] }>('select now() as now');
  if (rows[0] === undefined) throw new Error('The database has no clock.');
  return rows[0].now;
}
