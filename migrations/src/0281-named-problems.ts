import { sqlMigration } from './named-migration.ts';

/** Why a job or a run of retention failed is kept with the name of its sentence, so that it can be told in another language. */
export const namedProblems = sqlMigration('0281_named_problems', {
  up: `
alter table job_states
  add column problem_reason text collate "C" not null default '', add column problem_values jsonb not null default '{}';
alter table retention_executions
  add column problem_reason text collate "C" not null default '', add column problem_values jsonb not null default '{}';
`,
  down: `
alter table retention_executions drop column problem_values, drop column problem_reason;
alter table job_states drop column problem_values, drop column problem_reason;
`,
});
