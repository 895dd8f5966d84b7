import { sqlMigration } from './named-migration.ts';

const DIGEST = `'^(sha256:[a-f0-9]{64}|sha512:[a-f0-9]{128})$'`;

/**
 * Manifests, what they reference, tags and their history.
 * The foreign keys of manifest_references go to the link (repository, blob) and to the manifest of the same repository: the database itself
 * refuses to unlink or delete what a manifest here still needs, whatever the code does. `digest` is kept only where the reference is not
 * resolved (foreign layers, children allowed to be absent): 71 characters less per row.
 */
export const manifestsAndTags = sqlMigration('0003_manifests_and_tags', {
  up: `
create table manifest_contents (
  id bigint generated always as identity primary key,
  digest text collate "C" not null unique,
  bytes bytea not null,
  created_at timestamptz not null default now(),
  constraint manifest_contents_digest_shape check (digest ~ ${DIGEST}),
  constraint manifest_contents_size check (octet_length(bytes) between 1 and 4194304)
);

create table manifests (
  id bigint generated always as identity primary key,
  repository_id bigint not null references repositories (id),
  content_id bigint not null references manifest_contents (id),
  digest text collate "C" not null,
  media_type text collate "C" not null,
  size integer not null,
  artifact_type text collate "C",
  subject_digest text collate "C",
  annotations text,
  pushed_by text collate "C" not null,
  created_at timestamptz not null default now(),
  pushed_at timestamptz not null default now(),
  constraint manifests_once unique (repository_id, digest),
  constraint manifests_of_repository unique (repository_id, id),
  constraint manifests_subject_shape check (subject_digest ~ ${DIGEST})
);
create index manifests_content on manifests (content_id);
create index manifests_subject on manifests (repository_id, subject_digest, digest) where subject_digest is not null;

create table manifest_references (
  manifest_id bigint not null,
  position integer not null,
  repository_id bigint not null,
  role text collate "C" not null,
  size bigint not null,
  blob_id bigint,
  child_id bigint,
  digest text collate "C",
  primary key (manifest_id, position),
  constraint manifest_references_role_known check (role in ('config', 'layer', 'child', 'other')),
  constraint manifest_references_resolved check ((digest is null) = (blob_id is not null or child_id is not null)),
  constraint manifest_references_manifest foreign key (repository_id, manifest_id) references manifests (repository_id, id) on delete cascade,
  constraint manifest_references_blob foreign key (repository_id, blob_id) references repository_blobs (repository_id, blob_id),
  constraint manifest_references_child foreign key (repository_id, child_id) references manifests (repository_id, id)
);
create index manifest_references_by_blob on manifest_references (repository_id, blob_id) where blob_id is not null;
create index manifest_references_by_child on manifest_references (repository_id, child_id) where child_id is not null;
create index manifest_references_unresolved on manifest_references (repository_id, digest) where digest is not null;

create table tags (
  repository_id bigint not null,
  name text collate "C" not null,
  manifest_id bigint not null,
  created_at timestamptz not null default now(),
  moved_at timestamptz not null default now(),
  primary key (repository_id, name),
  constraint tags_name_length check (char_length(name) between 1 and 128),
  constraint tags_manifest foreign key (repository_id, manifest_id) references manifests (repository_id, id)
);
create index tags_by_manifest on tags (repository_id, manifest_id);

create table tag_history (
  id bigint generated always as identity primary key,
  repository_id bigint not null references repositories (id),
  tag text collate "C" not null,
  digest text collate "C",
  previous_digest text collate "C",
  actor text collate "C" not null,
  moved_at timestamptz not null default now(),
  constraint tag_history_moves check (digest is not null or previous_digest is not null)
);
create index tag_history_by_tag on tag_history (repository_id, tag, id);
`,
  down: `
drop table tag_history;
drop table tags;
drop table manifest_references;
drop table manifests;
drop table manifest_contents;
`,
});
