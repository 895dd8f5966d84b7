import { sqlMigration } from './named-migration.ts';

/** When a run of retention last moved, and what those who watch ask for each second: the runs that moved within the last ones. */
export const watchedRuns = sqlMigration('0280_watched_runs', {
  up: `
alter table retention_executions add column updated_at timestamptz not null default now();
create index retention_executions_updated on retention_executions (updated_at);
create index garbage_runs_updated on garbage_runs (updated_at);
`,
  down: `
drop index garbage_runs_updated;
drop index retention_executions_updated;
alter table retention_executions drop column updated_at;
`,
});
