import { sqlMigration } from './named-migration.ts';

/** Labels, of the whole registry (`project_id` null) or of one project, and the manifests that carry them. */
export const labels = sqlMigration('0021_labels', {
  up: `
create table labels (
  id bigint generated always as identity primary key,
  project_id bigint references projects (id),
  name text collate "C" not null,
  description text not null default '',
  color text not null default '',
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint labels_name_length check (char_length(name) between 1 and 128),
  constraint labels_description_length check (char_length(description) <= 1024),
  constraint labels_color_length check (char_length(color) <= 16)
);

create unique index labels_once on labels (coalesce(project_id, 0), name);
create index labels_project on labels (project_id);

create table manifest_labels (
  manifest_id bigint not null references manifests (id) on delete cascade,
  label_id bigint not null references labels (id) on delete cascade,
  created_at timestamptz not null default now(),
  primary key (manifest_id, label_id)
);
create index manifest_labels_label on manifest_labels (label_id);
`,
  down: `
drop table manifest_labels;
drop table labels;
`,
});
