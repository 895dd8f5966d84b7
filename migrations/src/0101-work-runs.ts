import { sqlMigration } from './named-migration.ts';

/**
 * Long work that people start or plan, with its progress and history: checks of the storage, purges, imports. `work_schedules`: when a kind
 * of work starts by itself. `job_states`: the background jobs of the newest server that started, and what their last runs came to.
 */
export const workRuns = sqlMigration('0101_work_runs', {
  up: `
create table work_runs (
  id bigint generated always as identity primary key,
  kind text collate "C" not null,
  trigger text collate "C" not null,
  parameters jsonb not null default '{}',
  actor text collate "C" not null,
  status text collate "C" not null default 'Pending',
  phase text not null default '',
  done bigint not null default 0,
  total bigint,
  bytes bigint not null default 0,
  total_bytes bigint,
  result jsonb not null default '{}',
  log text not null default '',
  stop_wanted boolean not null default false,
  alive_at timestamptz,
  created_at timestamptz not null default now(),
  started_at timestamptz,
  ended_at timestamptz,
  updated_at timestamptz not null default now(),
  constraint work_runs_kind_length check (char_length(kind) between 1 and 64),
  constraint work_runs_trigger check (trigger in ('Manual', 'Schedule')),
  constraint work_runs_status check (status in ('Pending', 'Running', 'Success', 'Error', 'Stopped')),
  constraint work_runs_log_size check (octet_length(log) <= 4194304)
);
create index work_runs_kind on work_runs (kind, id);
create index work_runs_waiting on work_runs (id) where status in ('Pending', 'Running');

create table work_schedules (
  kind text collate "C" primary key,
  type text collate "C" not null,
  cron text not null,
  parameters jsonb not null default '{}',
  saved_at timestamptz not null default now(),
  planned_after timestamptz not null default now(),
  constraint work_schedules_cron_length check (char_length(cron) between 1 and 255)
);

create table job_states (
  job text collate "C" primary key,
  schedule text not null,
  started_at timestamptz,
  ended_at timestamptz,
  seconds double precision,
  problem text not null default '',
  failing_since timestamptz,
  runs bigint not null default 0,
  failures bigint not null default 0
);
`,
  down: `
drop table job_states;
drop table work_schedules;
drop table work_runs;
`,
});
