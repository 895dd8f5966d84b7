import { sqlMigration } from './named-migration.ts';

/**
 * Accounts for programs, and secrets of users beside their passwords. `listed_rights` is what a robot may do, or what a token leaves of its
 * owner's rights. Secrets are kept as keyed hashes, or as Argon2id where a person chose them. `account_events` is what happened to accounts,
 * such as a robot that will expire, for later readers.
 */
export const robotsAndAccessTokens = sqlMigration('0012_robots_and_access_tokens', {
  up: `
create table robots (
  id bigint generated always as identity primary key,
  name text collate "C" not null,
  project_id bigint references projects (id),
  description text not null default '',
  secret_hash text not null,
  disabled boolean not null default false,
  duration_days integer not null,
  expires_at timestamptz,
  credential_version integer not null default 1,
  creator_kind text collate "C" not null,
  creator_id bigint not null,
  expiry_warned_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint robots_name unique nulls not distinct (project_id, name),
  constraint robots_name_length check (char_length(name) between 1 and 255),
  constraint robots_description_length check (char_length(description) <= 1024),
  constraint robots_duration check (duration_days = -1 or duration_days between 1 and 36500),
  constraint robots_creator check (creator_kind in ('user', 'robot'))
);
create index robots_expiring on robots (expires_at) where expiry_warned_at is null and not disabled;

create table access_tokens (
  id bigint generated always as identity primary key,
  user_id bigint not null references users (id),
  name text not null,
  secret_hash text collate "C" not null unique,
  narrowed boolean not null default false,
  expires_at timestamptz,
  last_used_at timestamptz,
  created_at timestamptz not null default now(),
  constraint access_tokens_name unique (user_id, name),
  constraint access_tokens_name_length check (char_length(name) between 1 and 255)
);

create table listed_rights (
  id bigint generated always as identity primary key,
  robot_id bigint references robots (id) on delete cascade,
  access_token_id bigint references access_tokens (id) on delete cascade,
  kind text collate "C" not null,
  project_id bigint references projects (id),
  actions text[] not null,
  constraint listed_rights_holder check (num_nonnulls(robot_id, access_token_id) = 1),
  constraint listed_rights_kind check (kind in ('system', 'project', 'every project')),
  constraint listed_rights_project check ((kind = 'project') = (project_id is not null)),
  constraint listed_rights_size check (cardinality(actions) between 1 and 200)
);
create index listed_rights_robot on listed_rights (robot_id);
create index listed_rights_access_token on listed_rights (access_token_id);
create index listed_rights_project_id on listed_rights (project_id);

create table account_events (
  id bigint generated always as identity primary key,
  kind text collate "C" not null,
  account text collate "C" not null,
  project_id bigint references projects (id),
  detail jsonb not null default '{}',
  created_at timestamptz not null default now(),
  constraint account_events_kind_length check (char_length(kind) between 1 and 64),
  constraint account_events_account_length check (char_length(account) between 1 and 64)
);
create index account_events_created on account_events (created_at);
create index account_events_project on account_events (project_id);
`,
  down: `
drop table account_events;
drop table listed_rights;
drop table access_tokens;
drop table robots;
`,
});
