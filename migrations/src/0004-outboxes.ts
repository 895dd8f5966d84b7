import { sqlMigration } from './named-migration.ts';

/**
 * Work to do after a commit. `events`: what happened, written in the transaction that did it. Ids are not in commit order; a reader that must
 * miss nothing takes rows with `transaction_id < pg_snapshot_xmin(pg_current_snapshot())`. `blob_deletions`: stored objects whose rows are
 * gone (law 3), to be removed after `not_before`.
 */
export const outboxes = sqlMigration('0004_outboxes', {
  up: `
create table events (
  id bigint generated always as identity primary key,
  transaction_id xid8 not null default pg_current_xact_id(),
  kind text collate "C" not null,
  project_id bigint not null references projects (id),
  repository_id bigint not null references repositories (id),
  digest text collate "C",
  tag text collate "C",
  actor text collate "C" not null,
  created_at timestamptz not null default now()
);
create index events_project on events (project_id);
create index events_repository on events (repository_id);
create index events_created on events (created_at);

create table blob_deletions (
  id bigint generated always as identity primary key,
  storage_key text collate "C" not null,
  digest text collate "C" not null,
  size bigint not null,
  not_before timestamptz not null,
  claimed_until timestamptz,
  created_at timestamptz not null default now()
);
create index blob_deletions_due on blob_deletions (not_before);
`,
  down: `
drop table blob_deletions;
drop table events;
`,
});
