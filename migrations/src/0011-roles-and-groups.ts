import { sqlMigration } from './named-migration.ts';

/**
 * Roles made here beside Harbor's five (whose rights are the program's, so theirs is null), groups of users, and memberships of groups or
 * for some repositories only. A whole-project membership stays one per user or group; of narrowed ones there may be one per role.
 */
export const rolesAndGroups = sqlMigration('0011_roles_and_groups', {
  up: `
alter table roles add column description text not null default '', add column actions text[];
alter table roles add constraint roles_actions_size check (cardinality(actions) <= 200);
create sequence roles_own_ids as smallint start 100 owned by roles.id;

create table user_groups (
  id bigint generated always as identity primary key,
  name text collate "C" not null,
  name_key text collate "C" not null,
  type smallint not null,
  ldap_dn text collate "C" not null default '',
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint user_groups_name unique (name_key),
  constraint user_groups_name_length check (char_length(name) between 1 and 255),
  constraint user_groups_type check (type between 1 and 4),
  constraint user_groups_ldap_dn_length check (char_length(ldap_dn) <= 1024)
);

create table user_group_members (
  group_id bigint not null references user_groups (id) on delete cascade,
  user_id bigint not null references users (id),
  created_at timestamptz not null default now(),
  primary key (group_id, user_id)
);
create index user_group_members_user on user_group_members (user_id, group_id);

alter table project_members
  alter column user_id drop not null,
  add column group_id bigint references user_groups (id) on delete cascade,
  add column repository_patterns text[],
  add constraint project_members_entity check (num_nonnulls(user_id, group_id) = 1),
  add constraint project_members_patterns check (cardinality(repository_patterns) between 1 and 20),
  drop constraint project_members_once;
create unique index project_members_once on project_members (project_id, user_id) where repository_patterns is null and user_id is not null;
create unique index project_members_group_once on project_members (project_id, group_id) where repository_patterns is null and group_id is not null;
create unique index project_members_narrowed_once on project_members (project_id, user_id, group_id, role_id) nulls not distinct
  where repository_patterns is not null;
create index project_members_of_user on project_members (project_id, user_id);
create index project_members_group on project_members (group_id);
`,
  down: `
delete from project_members where group_id is not null or repository_patterns is not null or role_id >= 100;
drop index project_members_group;
drop index project_members_of_user;
drop index project_members_narrowed_once;
drop index project_members_group_once;
drop index project_members_once;
alter table project_members
  drop constraint project_members_patterns,
  drop constraint project_members_entity,
  drop column repository_patterns,
  drop column group_id,
  alter column user_id set not null,
  add constraint project_members_once unique (project_id, user_id);
drop table user_group_members;
drop table user_groups;
delete from roles where id >= 100;
drop sequence roles_own_ids;
alter table roles drop column actions, drop column description;
`,
});
