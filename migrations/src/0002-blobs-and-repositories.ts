import { sqlMigration } from './named-migration.ts';

const DIGEST = `'^(sha256:[a-f0-9]{64}|sha512:[a-f0-9]{128})$'`;

/**
 * Blobs, repositories, the links between them, and uploads under way.
 * One row per digest: its bytes are stored once. A repository sees a blob only through a link (law 2), and the link carries the lease (law 4).
 */
export const blobsAndRepositories = sqlMigration('0002_blobs_and_repositories', {
  up: `
create table blobs (
  id bigint generated always as identity primary key,
  digest text collate "C" not null unique,
  size bigint not null,
  storage_key text collate "C" not null unique,
  state text collate "C" not null default 'live',
  created_at timestamptz not null default now(),
  constraint blobs_digest_shape check (digest ~ ${DIGEST}),
  constraint blobs_size_positive check (size >= 0),
  constraint blobs_state_known check (state in ('live', 'quarantined'))
);

create table repositories (
  id bigint generated always as identity primary key,
  project_id bigint not null references projects (id),
  name text collate "C" not null,
  created_at timestamptz not null default now(),
  deleted_at timestamptz,
  constraint repositories_name_length check (char_length(name) between 3 and 255)
);
create unique index repositories_name_living on repositories (name) where deleted_at is null;
create index repositories_project on repositories (project_id, name);

create table repository_blobs (
  repository_id bigint not null references repositories (id),
  blob_id bigint not null references blobs (id),
  lease_until timestamptz not null,
  created_at timestamptz not null default now(),
  primary key (repository_id, blob_id)
);
create index repository_blobs_blob on repository_blobs (blob_id, repository_id);

create table upload_sessions (
  id uuid primary key,
  repository_id bigint not null references repositories (id),
  actor text collate "C" not null,
  storage_key text collate "C" not null unique,
  algorithm text collate "C" not null,
  stored_offset bigint not null default 0,
  checkpoint_state text not null default '',
  prefix_digest text collate "C",
  sealing_digest text collate "C",
  claim bigint not null default 0,
  claimed_until timestamptz,
  created_at timestamptz not null default now(),
  active_at timestamptz not null default now(),
  constraint upload_sessions_offset_positive check (stored_offset >= 0),
  constraint upload_sessions_algorithm_known check (algorithm in ('sha256', 'sha512')),
  constraint upload_sessions_prefix_shape check (prefix_digest ~ ${DIGEST}),
  constraint upload_sessions_sealing_shape check (sealing_digest ~ ${DIGEST})
);
create index upload_sessions_repository on upload_sessions (repository_id);
create index upload_sessions_active on upload_sessions (active_at);
`,
  down: `
drop table upload_sessions;
drop table repository_blobs;
drop table repositories;
drop table blobs;
`,
});
