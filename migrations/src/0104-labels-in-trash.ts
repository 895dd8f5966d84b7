import { sqlMigration } from './named-migration.ts';

/** The labels that a manifest had when it went to the trash, so that it gets them back. Labels that were removed meanwhile are left out then. */
export const labelsInTrash = sqlMigration('0104_labels_in_trash', {
  up: `
alter table trash_contents add column label_ids bigint[] not null default '{}';
`,
  down: `
alter table trash_contents drop column label_ids;
`,
});
