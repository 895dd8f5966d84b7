import { sqlMigration } from './named-migration.ts';

/** What Harbor's clients keep beside a project, by Harbor's names. `public` is a column of the project itself, since deciding reads it. */
export const projectMetadata = sqlMigration('0030_project_metadata', {
  up: `
create table project_metadata (
  project_id bigint not null references projects (id),
  name text collate "C" not null,
  value text not null,
  updated_at timestamptz not null default now(),
  primary key (project_id, name),
  constraint project_metadata_name_length check (char_length(name) between 1 and 64),
  constraint project_metadata_value_length check (char_length(value) <= 1024)
);
`,
  down: 'drop table project_metadata;',
});
