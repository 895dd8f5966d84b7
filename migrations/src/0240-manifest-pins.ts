import { sqlMigration } from './named-migration.ts';

/**
 * A manifest that somebody asked to keep. The foreign key has no cascade: whatever the code does, the database refuses to delete a manifest
 * while its pin is there.
 */
export const manifestPins = sqlMigration('0240_manifest_pins', {
  up: `
create table manifest_pins (
  manifest_id bigint primary key references manifests (id),
  reason text not null default '',
  pinned_by text collate "C" not null,
  pinned_at timestamptz not null default now(),
  constraint manifest_pins_reason_length check (char_length(reason) <= 255)
);
`,
  down: `
drop table manifest_pins;
`,
});
