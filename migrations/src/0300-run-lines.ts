import { sqlMigration } from './named-migration.ts';

/**
 * The log of a run of collection as lines beside its row. Appending to a text in the row wrote the whole log anew with each batch: a third of
 * what the database did for a large collection. `garbage_runs.log` is what the version before wrote; nothing is added to it.
 */
export const runLines = sqlMigration('0300_run_lines', {
  up: `
create table garbage_run_lines (
  run_id bigint not null references garbage_runs (id) on delete cascade,
  id bigint generated always as identity,
  lines text not null,
  primary key (run_id, id)
);
alter table garbage_run_lines alter column lines set storage external;
alter table garbage_runs add column lines_length bigint not null default 0;
`,
  down: `
update garbage_runs g set log = left(g.log || l.lines, 1000000)
from (select run_id, string_agg(lines, '' order by id) as lines from garbage_run_lines group by run_id) l where l.run_id = g.id;
alter table garbage_runs drop column lines_length;
drop table garbage_run_lines;
`,
});
