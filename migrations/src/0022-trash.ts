import { sqlMigration } from './named-migration.ts';

/**
 * The trash. A deleted artifact's entry holds what is needed to bring it back by references of its own: the bytes of its manifests, children
 * first, and the blobs. A blob without a link to any repository stays while an entry holds it. Deleted repositories and projects keep their
 * rows; their entry only tells of them.
 */
export const trash = sqlMigration('0022_trash', {
  up: `
create table trash (
  id bigint generated always as identity primary key,
  kind text collate "C" not null,
  project_id bigint not null references projects (id),
  repository_id bigint references repositories (id),
  name text collate "C" not null,
  tag text collate "C",
  digest text collate "C",
  tags text[] not null default '{}',
  size bigint not null default 0,
  deleted_by text collate "C" not null,
  deleted_at timestamptz not null default now(),
  expires_at timestamptz not null,
  constraint trash_kind_known check (kind in ('tag', 'artifact', 'repository', 'project')),
  constraint trash_kind_complete check (
    (kind = 'project') = (repository_id is null) and (kind = 'tag') = (tag is not null) and (kind in ('tag', 'artifact')) = (digest is not null))
);
create index trash_project on trash (project_id, id);
create index trash_repository on trash (repository_id, digest);
create index trash_expiry on trash (expires_at);

create table trash_contents (
  trash_id bigint not null references trash (id) on delete cascade,
  position integer not null,
  content_id bigint not null references manifest_contents (id),
  media_type text collate "C" not null,
  primary key (trash_id, position)
);
create index trash_contents_content on trash_contents (content_id);

create table trash_blobs (
  trash_id bigint not null references trash (id) on delete cascade,
  blob_id bigint not null references blobs (id),
  primary key (trash_id, blob_id)
);
create index trash_blobs_blob on trash_blobs (blob_id);
`,
  down: `
drop table trash_blobs;
drop table trash_contents;
drop table trash;
`,
});
