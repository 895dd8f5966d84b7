import { sqlMigration } from './named-migration.ts';

/**
 * Backups that run or ran. While one runs and is alive, no object that was deleted leaves the storage (law 3): the snapshot that the backup
 * reads may still name it. A backup that died holds them until `alive_until`.
 */
export const backups = sqlMigration('0140_backups', {
  up: `
create table backup_runs (
  id bigint generated always as identity primary key,
  place text not null,
  backup text collate "C" not null,
  status text collate "C" not null default 'Running',
  alive_until timestamptz not null,
  blobs bigint not null default 0,
  bytes bigint not null default 0,
  problem text not null default '',
  started_at timestamptz not null default now(),
  ended_at timestamptz,
  constraint backup_runs_place_length check (char_length(place) between 1 and 2048),
  constraint backup_runs_backup_length check (char_length(backup) between 1 and 64),
  constraint backup_runs_status check (status in ('Running', 'Success', 'Error'))
);
create index backup_runs_running on backup_runs (alive_until) where status = 'Running';
`,
  down: `
drop table backup_runs;
`,
});
