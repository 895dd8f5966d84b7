import { sqlMigration } from './named-migration.ts';

/**
 * What people watch while it happens. `push_watches`: of which repositories (`team/app`), projects (`team`) or everything (``) somebody
 * watches the pushes; `push_steps`: how far the parts of a watched push are. Both live for seconds and are unlogged. The index is the order
 * in which readers of events go on (see outboxes).
 */
export const live = sqlMigration('0150_live', {
  up: `
create unlogged table push_watches (
  scope text collate "C" primary key,
  until timestamptz not null
);

create unlogged table push_steps (
  repository text collate "C" not null,
  part text collate "C" not null,
  state text collate "C" not null,
  actor text collate "C" not null,
  digest text collate "C",
  bytes bigint,
  problem text,
  changed_at timestamptz not null default now(),
  primary key (repository, part)
);
create index push_steps_changed on push_steps (changed_at);

create index events_order on events (transaction_id, id);
`,
  down: `
drop index events_order;
drop table push_steps;
drop table push_watches;
`,
});
