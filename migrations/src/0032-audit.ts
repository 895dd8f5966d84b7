import { sqlMigration } from './named-migration.ts';

/**
 * Who did what. The log can only grow: a trigger refuses every change, and every deletion but the purge's, which says so in its transaction.
 * No foreign keys: what is told stays true when a project or an account is gone. Seals are made in batches, behind the writers: each covers
 * the rows of a range of ids and the seal before it, so that a row taken out, changed or slipped in later shows.
 */
export const audit = sqlMigration('0032_audit', {
  up: `
create table audit_log (
  id bigint generated always as identity primary key,
  occurred_at timestamptz not null default clock_timestamp(),
  actor text collate "C" not null,
  username text collate "C" not null,
  address text collate "C" not null,
  project_id bigint,
  resource_type text collate "C" not null,
  resource text collate "C" not null,
  operation text collate "C" not null,
  description text not null,
  successful boolean not null,
  status integer not null,
  request_id text collate "C" not null,
  constraint audit_log_limits check (char_length(resource) <= 1024 and char_length(description) <= 2048 and char_length(username) <= 512)
);
create index audit_log_project on audit_log (project_id, id);
create index audit_log_username on audit_log (username, id);
create index audit_log_occurred on audit_log (occurred_at);

create table audit_seals (
  id bigint generated always as identity primary key,
  first_id bigint not null unique,
  last_id bigint not null unique,
  row_count bigint not null,
  content_hash text collate "C" not null,
  previous_hash text collate "C" not null,
  hash text collate "C" not null unique,
  last_at timestamptz,
  sealed_at timestamptz not null default now(),
  purged_at timestamptz,
  constraint audit_seals_range check (first_id <= last_id)
);

create function keep_audit_log() returns trigger language plpgsql as $body$
begin
  if tg_op = 'DELETE' and current_setting('berth.audit_purge', true) = 'on' then return null; end if;
  raise exception 'The audit log can only grow.' using errcode = 'BA001';
end $body$;
create trigger audit_log_kept before update or delete or truncate on audit_log for each statement execute function keep_audit_log();
`,
  down: `
drop table audit_log;
drop table audit_seals;
drop function keep_audit_log();
`,
});
