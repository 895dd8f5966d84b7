import { sqlMigration } from './named-migration.ts';

/**
 * What is in the layers of images, read once for each blob when somebody asks. A directory of a layer is one row for every 500 of its entries:
 * `facts` has them by name (kind, size, mode, hash, target), `names` again as text to search in, with a slash around each. A base image has
 * 100,000 files in 8,000 directories. The rows go with their blob.
 */
export const layerIndexes = sqlMigration('0200_layer_indexes', {
  up: `
create table layer_indexes (
  blob_id bigint primary key references blobs (id) on delete cascade,
  state text collate "C" not null default 'waiting',
  problem text collate "C" not null default '',
  read_bytes bigint not null default 0,
  entries bigint not null default 0,
  asked_at timestamptz not null default now(),
  used_at timestamptz not null default now(),
  alive_at timestamptz,
  constraint layer_indexes_state_known check (state in ('waiting', 'reading', 'ready', 'unreadable')),
  constraint layer_indexes_problem_told check ((state = 'unreadable') = (problem <> ''))
);
create index layer_indexes_unread on layer_indexes (asked_at) where state in ('waiting', 'reading');

create table layer_directories (
  blob_id bigint not null references layer_indexes (blob_id) on delete cascade,
  path text collate "C" not null,
  chunk integer not null,
  opaque boolean not null,
  first_name text collate "C" not null,
  last_name text collate "C" not null,
  names text not null,
  facts jsonb not null,
  primary key (blob_id, path, chunk)
);
`,
  down: `
drop table layer_directories;
drop table layer_indexes;
`,
});
