import { sqlMigration } from './named-migration.ts';

/**
 * Numbers by day, in UTC, for plots. `daily_numbers`: what `subject` (a project or a repository by `measure`, 0 for the whole registry) came to on
 * `day`. `daily_marks`: up to where the running counts of a repository are in there already. `job_days`: runs of each background job. The
 * bytes of repository_traffic run like its counts.
 */
export const dailyNumbers = sqlMigration('0151_daily_numbers', {
  up: `
create table daily_numbers (
  measure text collate "C" not null,
  day date not null,
  subject bigint not null,
  value bigint not null,
  primary key (measure, day, subject)
);
create index daily_numbers_subject on daily_numbers (measure, subject, day);

create table daily_marks (
  repository_id bigint primary key references repositories (id) on delete cascade,
  pulls bigint not null default 0,
  pushes bigint not null default 0,
  pulled_bytes bigint not null default 0,
  pushed_bytes bigint not null default 0
);

create table job_days (
  day date not null,
  job text collate "C" not null,
  runs bigint not null default 0,
  failures bigint not null default 0,
  seconds double precision not null default 0,
  longest double precision not null default 0,
  primary key (day, job)
);

insert into daily_marks (repository_id, pulls, pushes) select repository_id, pull_count, push_count from repository_traffic;

alter table repository_traffic add column pulled_bytes bigint not null default 0, add column pushed_bytes bigint not null default 0;
`,
  down: `
alter table repository_traffic drop column pulled_bytes, drop column pushed_bytes;
drop table job_days;
drop table daily_marks;
drop table daily_numbers;
`,
});
