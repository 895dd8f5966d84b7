import { sqlMigration } from './named-migration.ts';

/**
 * Retention: one policy for a project, and what its runs did. A run has a task for each repository; a task has a decision for each artifact,
 * written before anything is deleted, so that a run that was killed goes on where it was. `outcome` is null until a deletion was tried.
 */
export const retention = sqlMigration('0100_retention', {
  up: `
create table retention_policies (
  id bigint generated always as identity primary key,
  project_id bigint not null unique references projects (id),
  rules jsonb not null,
  cron text not null default '',
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  planned_after timestamptz not null default now(),
  constraint retention_policies_cron_length check (char_length(cron) <= 255),
  constraint retention_policies_rules_size check (octet_length(rules::text) <= 1048576)
);

create table retention_executions (
  id bigint generated always as identity primary key,
  policy_id bigint not null references retention_policies (id) on delete cascade,
  project_id bigint not null references projects (id),
  rules jsonb not null,
  trigger text collate "C" not null,
  dry_run boolean not null,
  actor text collate "C" not null,
  status text collate "C" not null default 'Pending',
  problem text not null default '',
  stop_wanted boolean not null default false,
  alive_at timestamptz,
  created_at timestamptz not null default now(),
  ended_at timestamptz,
  constraint retention_executions_trigger check (trigger in ('Manual', 'Schedule')),
  constraint retention_executions_status check (status in ('Pending', 'Running', 'Success', 'Error', 'Stopped'))
);
create index retention_executions_policy on retention_executions (policy_id, id);
create index retention_executions_project on retention_executions (project_id);
create index retention_executions_waiting on retention_executions (id) where status in ('Pending', 'Running');

create table retention_tasks (
  id bigint generated always as identity primary key,
  execution_id bigint not null references retention_executions (id) on delete cascade,
  repository_id bigint not null references repositories (id),
  repository text collate "C" not null,
  status text collate "C" not null default 'Running',
  total integer not null default 0,
  retained integer not null default 0,
  started_at timestamptz not null default now(),
  ended_at timestamptz,
  constraint retention_tasks_once unique (execution_id, repository_id),
  constraint retention_tasks_status check (status in ('Running', 'Success', 'Error', 'Stopped'))
);
create index retention_tasks_repository on retention_tasks (repository_id);

create table retention_decisions (
  task_id bigint not null references retention_tasks (id) on delete cascade,
  position integer not null,
  digest text collate "C" not null,
  tags text[] not null,
  action text collate "C" not null,
  because text not null,
  outcome text,
  primary key (task_id, position),
  constraint retention_decisions_action check (action in ('retain', 'delete'))
);
`,
  down: `
drop table retention_decisions;
drop table retention_tasks;
drop table retention_executions;
drop table retention_policies;
`,
});
