import { sqlMigration } from './named-migration.ts';

/**
 * Sessions of the portal, in the columns that connect-pg-simple reads and writes. Unlogged: losing them in a crash asks people to sign in
 * again, and no request waits for a sync because somebody looked at a page.
 */
export const sessions = sqlMigration('0010_sessions', {
  up: `
create unlogged table sessions (
  sid text collate "C" primary key,
  sess json not null,
  expire timestamptz not null,
  constraint sessions_sid_length check (char_length(sid) between 1 and 128)
);
create index sessions_expire on sessions (expire);
`,
  down: `
drop table sessions;
`,
});
