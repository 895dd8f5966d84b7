import { sqlMigration } from './named-migration.ts';

/** Rules about tags: which may not move or go (immutable), and which are kept while others go (retention), with what each run found and did. */
export const tagRules = sqlMigration('0033_tag_rules', {
  up: `
create table immutable_rules (
  id bigint generated always as identity primary key,
  project_id bigint not null references projects (id),
  priority integer not null default 0,
  disabled boolean not null default false,
  rule jsonb not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
create unique index immutable_rules_once on immutable_rules (project_id, md5(rule::text));

create table retention_policies (
  id bigint generated always as identity primary key,
  project_id bigint not null unique references projects (id),
  rules jsonb not null,
  cron text collate "C" not null default '',
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);

create table retention_executions (
  id bigint generated always as identity primary key,
  policy_id bigint not null references retention_policies (id) on delete cascade,
  status text collate "C" not null default 'Pending',
  trigger text collate "C" not null,
  dry_run boolean not null,
  actor text collate "C" not null,
  started_at timestamptz not null default now(),
  ended_at timestamptz,
  claimed_until timestamptz,
  constraint retention_executions_status check (status in ('Pending', 'Running', 'Success', 'Error', 'Stopped'))
);
create index retention_executions_policy on retention_executions (policy_id, id);
create index retention_executions_waiting on retention_executions (id) where status in ('Pending', 'Running');

create table retention_tasks (
  id bigint generated always as identity primary key,
  execution_id bigint not null references retention_executions (id) on delete cascade,
  repository text collate "C" not null,
  status text collate "C" not null,
  total integer not null default 0,
  retained integer not null default 0,
  decisions text not null default '',
  started_at timestamptz not null default now(),
  ended_at timestamptz
);
create index retention_tasks_execution on retention_tasks (execution_id, id);

create table job_schedules (
  job text collate "C" primary key,
  kind text collate "C" not null,
  cron text collate "C" not null,
  parameters jsonb not null default '{}',
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);

create table job_executions (
  id bigint generated always as identity primary key,
  job text collate "C" not null,
  kind text collate "C" not null,
  cron text collate "C" not null default '',
  parameters jsonb not null default '{}',
  status text collate "C" not null default 'Pending',
  log text not null default '',
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint job_executions_status check (status in ('Pending', 'Running', 'Success', 'Error', 'Stopped'))
);
create index job_executions_job on job_executions (job, id);
`,
  down: `
drop table job_executions;
drop table job_schedules;
drop table retention_tasks;
drop table retention_executions;
drop table retention_policies;
drop table immutable_rules;
`,
});
