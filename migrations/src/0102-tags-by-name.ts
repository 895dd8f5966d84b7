import { sqlMigration } from './named-migration.ts';

/** The search for tags of all repositories by a part of their name: in their order, out of the index alone. */
export const tagsByName = sqlMigration('0102_tags_by_name', {
  up: `
create index tags_by_name on tags (name, repository_id) include (manifest_id) where accessory_of is null;
`,
  down: `
drop index tags_by_name;
`,
});
