import { WORK_PHASES } from '@berth/api-contract';
import type { TextKey, Translate } from '../../shared/i18n/i18n.ts';

const JOBS: Readonly<Record<string, TextKey>> = {
  'collect-garbage': 'jobs.name.collect-garbage',
  'expire-uploads': 'jobs.name.expire-uploads',
  'index-layers': 'jobs.name.index-layers',
  'purge-trash': 'jobs.name.purge-trash',
  'read-manifest-facts': 'jobs.name.read-manifest-facts',
  'reconcile-quotas': 'jobs.name.reconcile-quotas',
  'roll-daily-numbers': 'jobs.name.roll-daily-numbers',
  'run-collections': 'jobs.name.run-collections',
  'run-retention': 'jobs.name.run-retention',
  'run-work': 'jobs.name.run-work',
  'scrub-storage': 'jobs.name.scrub-storage',
  'seal-audit': 'jobs.name.seal-audit',
  'sweep-garbage': 'jobs.name.sweep-garbage',
  'sweep-storage': 'jobs.name.sweep-storage',
  'trim-events': 'jobs.name.trim-events',
  'warn-expiring-robots': 'jobs.name.warn-expiring-robots',
  'watch-backups': 'jobs.name.watch-backups',
  'watch-quotas': 'jobs.name.watch-quotas',
  'work-deletions': 'jobs.name.work-deletions',
  'storage-fsck': 'jobs.name.storage-fsck',
  'storage-scrub': 'jobs.name.storage-scrub',
  'purge-audit-log': 'jobs.name.purge-audit-log',
};

/** What a job is for, in words; a newer server may have jobs that have none here. */
export function jobPurpose(t: Translate, name: string): string | undefined {
  const key = JOBS[name];
  return key === undefined ? undefined : t(key);
}

const PHASES: Readonly<Record<keyof typeof WORK_PHASES, TextKey>> = {
  comparing: 'jobs.phase.comparing',
  reading: 'jobs.phase.reading',
  purging: 'jobs.phase.purging',
};

/** What a run is at; in the server's words what a newer one may say. */
export function phaseInWords(t: Translate, phase: string): string {
  const name = (Object.keys(PHASES) as (keyof typeof PHASES)[]).find((known) => WORK_PHASES[known] === phase);
  return name === undefined ? phase : t(PHASES[name]);
}
