import { sqlMigration } from './named-migration.ts';

/** Reasons of retention as codes beside the sentence, so that they can be told in other languages. */
export const retentionReasons = sqlMigration('0105_retention_reasons', {
  up: `
alter table retention_decisions add column reason jsonb not null default '{"code":"unknown"}';
`,
  down: `
alter table retention_decisions drop column reason;
`,
});
