import { sqlMigration } from './named-migration.ts';

/**
 * Users, roles, projects and memberships.
 * Users and projects keep their row when deleted (`deleted_at`): others point at them, and their names are free again at once.
 * `*_key` columns hold the case-folded form, written by the adapter: lower() would depend on the locale of the database.
 */
export const peopleAndProjects = sqlMigration('0001_people_and_projects', {
  up: `
create table users (
  id bigint generated always as identity primary key,
  username text collate "C" not null,
  username_key text collate "C" not null,
  email text collate "C" not null,
  email_key text collate "C" not null,
  realname text not null default '',
  comment text not null default '',
  password_hash text not null,
  system_admin boolean not null default false,
  credential_version integer not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  deleted_at timestamptz,
  constraint users_username_length check (char_length(username) between 1 and 255),
  constraint users_email_length check (char_length(email) <= 255),
  constraint users_realname_length check (char_length(realname) <= 255),
  constraint users_comment_length check (char_length(comment) <= 255)
);
create unique index users_username_living on users (username_key) where deleted_at is null;
create unique index users_email_living on users (email_key) where deleted_at is null and email_key <> '';
create index users_administrators on users (id) where system_admin and deleted_at is null;

create table roles (
  id smallint primary key,
  name text collate "C" not null unique
);
insert into roles (id, name) values (1, 'projectAdmin'), (2, 'developer'), (3, 'guest'), (4, 'maintainer'), (5, 'limitedGuest');

create table projects (
  id bigint generated always as identity primary key,
  name text collate "C" not null,
  public boolean not null default false,
  owner_id bigint not null references users (id),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  deleted_at timestamptz,
  constraint projects_name_length check (char_length(name) between 1 and 255)
);
create unique index projects_name_living on projects (name) where deleted_at is null;
create index projects_owner on projects (owner_id);

create table project_members (
  id bigint generated always as identity primary key,
  project_id bigint not null references projects (id),
  user_id bigint not null references users (id),
  role_id smallint not null references roles (id),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint project_members_once unique (project_id, user_id)
);
create index project_members_user on project_members (user_id);
create index project_members_role on project_members (role_id);
`,
  down: `
drop table project_members;
drop table projects;
drop table roles;
drop table users;
`,
});
