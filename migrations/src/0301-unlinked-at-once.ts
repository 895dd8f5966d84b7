import { sqlMigration } from './named-migration.ts';

/** Collection deletes links by the hundred: one statement tells the journal of all of them, instead of a call for each. */
export const unlinkedAtOnce = sqlMigration('0301_unlinked_at_once', {
  up: `
create function note_unlinked_blobs() returns trigger language plpgsql as $body$
begin
  insert into storage_changes (kind, item, repository_id) select 'link', blob_id, repository_id from gone;
  return null;
end $body$;
drop trigger repository_blobs_journal on repository_blobs;
create trigger repository_blobs_journal after insert on repository_blobs
  for each row execute function note_linked_blob();
create trigger repository_blobs_journal_unlinked after delete on repository_blobs
  referencing old table as gone for each statement execute function note_unlinked_blobs();
`,
  down: `
drop trigger repository_blobs_journal_unlinked on repository_blobs;
drop function note_unlinked_blobs();
drop trigger repository_blobs_journal on repository_blobs;
create trigger repository_blobs_journal after insert or delete on repository_blobs
  for each row execute function note_linked_blob();
`,
});
