import { sqlMigration } from './named-migration.ts';

/**
 * Garbage collection. `garbage_candidates`: blobs that lost a reference, to be looked at. Rows are only appended, by triggers, so that no
 * push or deletion ever waits for another one here; a blob may stand in it several times, and being in it decides nothing. What loses its
 * last use in any other way (a lease that ends, an upload that is never used) is found by the sweep. `garbage_runs`: the history.
 */
export const collection = sqlMigration('0040_collection', {
  up: `
create table garbage_candidates (
  id bigint generated always as identity primary key,
  blob_id bigint not null,
  not_before timestamptz not null default now(),
  created_at timestamptz not null default now()
);
create index garbage_candidates_due on garbage_candidates (not_before, id);
create index garbage_candidates_blob on garbage_candidates (blob_id);

create function queue_garbage_candidates() returns trigger language plpgsql as $body$
begin
  insert into garbage_candidates (blob_id) select distinct blob_id from gone where blob_id is not null;
  return null;
end $body$;
create trigger manifest_references_queue_garbage after delete on manifest_references
  referencing old table as gone for each statement execute function queue_garbage_candidates();
create trigger trash_blobs_queue_garbage after delete on trash_blobs
  referencing old table as gone for each statement execute function queue_garbage_candidates();

create table garbage_runs (
  id bigint generated always as identity primary key,
  kind text collate "C" not null,
  parameters jsonb not null default '{}',
  actor text collate "C" not null,
  status text collate "C" not null default 'Pending',
  stop_wanted boolean not null default false,
  alive_at timestamptz,
  links bigint not null default 0,
  blobs bigint not null default 0,
  bytes bigint not null default 0,
  manifests bigint not null default 0,
  log text not null default '',
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint garbage_runs_kind check (kind in ('Manual', 'Schedule')),
  constraint garbage_runs_status check (status in ('Pending', 'Running', 'Success', 'Error', 'Stopped')),
  constraint garbage_runs_log_size check (octet_length(log) <= 4194304)
);
create index garbage_runs_waiting on garbage_runs (id) where status in ('Pending', 'Running');
`,
  down: `
drop trigger trash_blobs_queue_garbage on trash_blobs;
drop trigger manifest_references_queue_garbage on manifest_references;
drop function queue_garbage_candidates();
drop table garbage_runs;
drop table garbage_candidates;
`,
});
