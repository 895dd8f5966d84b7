import { sqlMigration } from './named-migration.ts';

/** Whoever still signs in with a password that the server made up is asked for one of his own. */
export const generatedPasswords = sqlMigration('0165_generated_passwords', {
  up: 'alter table users add column password_generated boolean not null default false;',
  down: 'alter table users drop column password_generated;',
});
