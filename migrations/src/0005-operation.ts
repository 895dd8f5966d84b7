import { sqlMigration } from './named-migration.ts';

/**
 * Settings, the ring of token signing keys (sealed by the server, opaque here), and counts of failed sign-ins. The counts are unlogged:
 * losing them in a crash only starts the windows again.
 */
export const operation = sqlMigration('0005_operation', {
  up: `
create table settings (
  name text collate "C" primary key,
  value jsonb not null,
  updated_at timestamptz not null default now()
);

create table signing_keys (
  id bigint generated always as identity primary key,
  kid text collate "C" not null unique,
  sealed bytea not null,
  created_at timestamptz not null default now(),
  constraint signing_keys_kid_length check (char_length(kid) between 1 and 64),
  constraint signing_keys_sealed_size check (octet_length(sealed) between 1 and 1024)
);

create unlogged table failure_counters (
  key text collate "C" primary key,
  failures integer not null,
  window_ends timestamptz not null,
  constraint failure_counters_key_length check (char_length(key) between 1 and 512)
);
create index failure_counters_ends on failure_counters (window_ends);
`,
  down: `
drop table failure_counters;
drop table signing_keys;
drop table settings;
`,
});
