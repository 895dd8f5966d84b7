import { sqlMigration } from './named-migration.ts';

/** Rules of a project about tags that may neither move nor go. */
export const tagRules = sqlMigration('0033_tag_rules', {
  up: `
create table immutable_rules (
  id bigint generated always as identity primary key,
  project_id bigint not null references projects (id),
  priority integer not null default 0,
  disabled boolean not null default false,
  rule jsonb not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
create unique index immutable_rules_once on immutable_rules (project_id, md5(rule::text));
`,
  down: `
drop table immutable_rules;
`,
});
