import { sqlMigration } from './named-migration.ts';

/**
 * Law 13. `storage_changes`: what changed that the storage must be able to tell, appended by triggers in the transaction that changed it, so
 * that no path can forget it; a row names the thing, its state is read later. Of one thing the ids stand in the order of the commits, since
 * each change locks it. `storage_journal`: one row, how the journal in the storage stands. `storage_rebuild_*`: for reading a journal back.
 */
export const storageJournal = sqlMigration('0120_storage_journal', {
  up: `
create table storage_changes (
  id bigint generated always as identity primary key,
  kind text collate "C" not null,
  item bigint not null,
  repository_id bigint not null default 0,
  name text collate "C" not null default '',
  created_at timestamptz not null default now()
);

create table storage_journal (
  only_row boolean primary key default true,
  generation bigint not null,
  snapshot_floor bigint,
  snapshot_bytes bigint not null default 0,
  segments bigint not null default 0,
  segment_bytes bigint not null default 0,
  holder text collate "C",
  held_until timestamptz,
  constraint storage_journal_one check (only_row)
);

create unlogged table storage_rebuild_entries (
  kind text collate "C" not null,
  item bigint not null,
  repository_id bigint not null,
  name text collate "C" not null,
  seq bigint not null,
  value json,
  primary key (kind, repository_id, item, name)
);
create index storage_rebuild_entries_item on storage_rebuild_entries (kind, item);
create unlogged table storage_rebuild_loaded (
  name text collate "C" primary key
);

create function note_linked_blob() returns trigger language plpgsql as $body$
begin
  if tg_op = 'DELETE' then
    insert into storage_changes (kind, item, repository_id) values ('link', old.blob_id, old.repository_id);
  else
    insert into storage_changes (kind, item, repository_id) values ('link', new.blob_id, new.repository_id);
  end if;
  return null;
end $body$;
create trigger repository_blobs_journal after insert or delete on repository_blobs
  for each row execute function note_linked_blob();

create function note_tag() returns trigger language plpgsql as $body$
begin
  if tg_op = 'DELETE' then
    insert into storage_changes (kind, item, repository_id, name) values ('tag', 0, old.repository_id, old.name);
  else
    insert into storage_changes (kind, item, repository_id, name) values ('tag', 0, new.repository_id, new.name);
  end if;
  return null;
end $body$;
create trigger tags_journal after insert or delete or update of manifest_id, name, repository_id on tags
  for each row execute function note_tag();

create function note_row() returns trigger language plpgsql as $body$
begin
  insert into storage_changes (kind, item) values (tg_argv[0], case when tg_op = 'DELETE' then old.id else new.id end);
  return null;
end $body$;
create trigger manifests_journal after insert or delete or update of media_type on manifests
  for each row execute function note_row('manifest');
create trigger blobs_journal after update of storage_key, size on blobs
  for each row execute function note_row('blob');
create trigger repositories_journal after insert or delete or update of name, deleted_at, description on repositories
  for each row execute function note_row('repository');
create trigger projects_journal after insert or delete or update of name, deleted_at, public on projects
  for each row execute function note_row('project');
`,
  down: `
drop trigger projects_journal on projects;
drop trigger repositories_journal on repositories;
drop trigger blobs_journal on blobs;
drop trigger manifests_journal on manifests;
drop function note_row();
drop trigger tags_journal on tags;
drop function note_tag();
drop trigger repository_blobs_journal on repository_blobs;
drop function note_linked_blob();
drop table storage_rebuild_loaded;
drop table storage_rebuild_entries;
drop table storage_journal;
drop table storage_changes;
`,
});
