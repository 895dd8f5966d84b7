import type { NumberedRetentionRule, RetentionDecision, RetentionPolicy, RetentionRecords, RetentionRepository } from '@berth/registry';
import type { Knex } from 'knex';
import { inTransaction, rowsOf } from '../transactions.ts';
import { readCandidates, removeJudged } from './retention-artifacts.ts';
import { problemValues } from '../work/problem-columns.ts';
import { createRetentionHistory } from './retention-history.ts';

interface PolicyRow {
  readonly id: number;
  readonly project_id: number;
  readonly rules: readonly NumberedRetentionRule[];
  readonly cron: string;
}

/** Runs of one policy that are remembered. */
const KEPT_EXECUTIONS = 20;
/** Rows of one insert. */
const CHUNK = 2_000;

/** Retention in Postgres; migration 0100 tells how it is kept. */
export function createRetentionRecords(knex: Knex): RetentionRecords {
  return {
    ...createRetentionHistory(knex),

    async find(id) {
      const rows = await rowsOf<PolicyRow>(knex, 'select id, project_id, rules, cron from retention_policies where id = ?', [id]);
      return rows[0] && policyOf(rows[0]);
    },

    create: ({ projectId, rules, cron }) =>
      inTransaction(knex, async (transaction) => {
        const made = await rowsOf<{ id: number }>(
          transaction,
          `insert into retention_policies (project_id, rules, cron) values (?, ?::jsonb, ?) on conflict (project_id) do nothing returning id`,
          [projectId, JSON.stringify(rules), cron],
        );
        if (made[0] === undefined) {
          const there = await rowsOf<{ id: number }>(transaction, 'select id from retention_policies where project_id = ?', [projectId]);
          return { taken: there[0]?.id ?? 0 };
        }
        await rowsOf(
          transaction,
          `insert into project_metadata (project_id, name, value) values (?, 'retention_id', ?)
           on conflict (project_id, name) do update set value = excluded.value, updated_at = now()`,
          [projectId, String(made[0].id)],
        );
        return { id: made[0].id };
      }),

    async change(id, { rules, cron }) {
      const rows = await rowsOf(
        knex,
        `update retention_policies set rules = ?::jsonb, planned_after = case when cron = ? then planned_after else now() end, cron = ?,
           updated_at = now() where id = ? returning 1`,
        [JSON.stringify(rules), cron, cron, id],
      );
      return rows.length > 0;
    },

    remove: (id) =>
      inTransaction(knex, async (transaction) => {
        const gone = await rowsOf<{ project_id: number }>(transaction, 'delete from retention_policies where id = ? returning project_id', [
          id,
        ]);
        if (gone[0] === undefined) return false;
        await rowsOf(transaction, `delete from project_metadata where project_id = ? and name = 'retention_id' and value = ?`, [
          gone[0].project_id,
          String(id),
        ]);
        return true;
      }),

    async scheduled() {
      const rows = await rowsOf<PolicyRow & { planned_after: Date; now: Date }>(
        knex,
        `select r.id, r.project_id, r.rules, r.cron, r.planned_after, now() as now
         from retention_policies r join projects p on p.id = r.project_id where r.cron <> '' and p.deleted_at is null order by r.id`,
        [],
      );
      return rows.map((row) => ({ ...policyOf(row), plannedAfter: row.planned_after, now: row.now }));
    },

    start: (policyId, { trigger, dryRun, actor }) =>
      inTransaction(knex, async (transaction) => {
        // Also what makes the schedule count from now on, so that of two processes one plans a run.
        const policies = await rowsOf<PolicyRow>(
          transaction,
          trigger === 'Schedule'
            ? `update retention_policies set planned_after = now() where id = ? and planned_after < now() - interval '30 seconds'
               returning id, project_id, rules, cron`
            : 'select id, project_id, rules, cron from retention_policies where id = ? for update',
          [policyId],
        );
        const policy = policies[0];
        if (policy === undefined) return undefined;
        await rowsOf(
          transaction,
          `delete from retention_executions where policy_id = ? and status not in ('Pending', 'Running') and id not in (
             select id from retention_executions where policy_id = ? order by id desc limit ${KEPT_EXECUTIONS - 1})`,
          [policyId, policyId],
        );
        const rows = await rowsOf<{ id: number }>(
          transaction,
          `insert into retention_executions (policy_id, project_id, rules, trigger, dry_run, actor)
           values (?, ?, ?::jsonb, ?, ?, ?) returning id`,
          [policyId, policy.project_id, JSON.stringify(policy.rules), trigger, dryRun, actor],
        );
        return rows[0]?.id;
      }),

    async isWanted(id) {
      const rows = await rowsOf<{ stop_wanted: boolean }>(
        knex,
        'update retention_executions set alive_at = now(), updated_at = now() where id = ? returning stop_wanted',
        [id],
      );
      return rows[0]?.stop_wanted === false;
    },

    async finish(id, status, problem) {
      // Its tasks first: of a run that is told to be over, all is.
      await rowsOf(knex, `update retention_tasks set status = ?, ended_at = now() where execution_id = ? and status = 'Running'`, [
        status,
        id,
      ]);
      await rowsOf(
        knex,
        `update retention_executions set status = ?, problem = ?, problem_reason = ?, problem_values = ?::jsonb, ended_at = now(),
           updated_at = now() where id = ?`,
        [status, ...problemValues(problem), id],
      );
    },

    repositories: ({ id, projectId }, afterId, limit) =>
      rowsOf<RetentionRepository>(
        knex,
        `select r.id, r.name from repositories r
         where r.project_id = ? and r.deleted_at is null and r.id > ? and exists (select 1 from manifests m where m.repository_id = r.id)
           and not exists (select 1 from retention_tasks t where t.execution_id = ? and t.repository_id = r.id and t.status <> 'Running')
         order by r.id limit ?`,
        [projectId, afterId, id, limit],
      ),

    repositoriesOf: (projectId, limit) =>
      rowsOf<RetentionRepository>(
        knex,
        `select r.id, r.name from repositories r
         where r.project_id = ? and r.deleted_at is null and exists (select 1 from manifests m where m.repository_id = r.id)
         order by r.name limit ?`,
        [projectId, limit],
      ),

    candidates: (repositoryId) => readCandidates(knex, repositoryId),

    beginTask: (executionId, repository, decisions) =>
      inTransaction(knex, (transaction) => beginTask(transaction, { executionId, repository, decisions })),

    async settle(taskId, outcomes) {
      await rowsOf(
        knex,
        `update retention_decisions d set outcome = o.outcome from unnest(?::integer[], ?::text[]) as o (position, outcome)
         where d.task_id = ? and d.position = o.position`,
        [outcomes.map(({ position }) => position), outcomes.map(({ outcome }) => outcome), taskId],
      );
    },

    async endTask(taskId, status) {
      await rowsOf(
        knex,
        `update retention_tasks t set status = ?, ended_at = now(),
           retained = t.total - (select count(*) from retention_decisions d where d.task_id = t.id and d.action = 'delete'
             and coalesce(d.outcome, '') not in ('changed', 'in use', 'immutable', 'pinned'))
         where t.id = ?`,
        [status, taskId],
      );
    },

    removeArtifact: (artifact) => removeJudged(knex, artifact),
  };
}

interface NewTask {
  readonly executionId: number;
  readonly repository: RetentionRepository;
  readonly decisions: readonly RetentionDecision[];
}

/** Where a killed run had begun: what it deleted stays told, the rest is judged anew. */
async function beginTask(transaction: Knex, { executionId, repository, decisions }: NewTask): Promise<number> {
  const tasks = await rowsOf<{ id: number }>(
    transaction,
    `insert into retention_tasks (execution_id, repository_id, repository) values (?, ?, ?)
     on conflict (execution_id, repository_id) do update set status = 'Running' returning id`,
    [executionId, repository.id, repository.name],
  );
  const id = tasks[0]?.id;
  if (id === undefined) throw new Error('The task was not recorded.');
  await rowsOf(transaction, 'delete from retention_decisions where task_id = ? and outcome is null', [id]);
  const told = await rowsOf<{ last: number | null; total: number }>(
    transaction,
    'select max(position) as last, count(*)::integer as total from retention_decisions where task_id = ?',
    [id],
  );
  const first = (told[0]?.last ?? -1) + 1;
  for (let start = 0; start < decisions.length; start += CHUNK) {
    const chunk = decisions.slice(start, start + CHUNK);
    await rowsOf(
      transaction,
      `insert into retention_decisions (task_id, position, digest, tags, action, reason, because)
       select ?, (d->>'position')::integer, d->>'digest', array(select jsonb_array_elements_text(d->'tags')), d->>'action', d->'reason', d->>'because'
       from jsonb_array_elements(?::jsonb) d`,
      [id, JSON.stringify(chunk.map((decision, index) => ({ ...decision, position: first + start + index })))],
    );
  }
  await rowsOf(transaction, 'update retention_tasks set total = ?, retained = ? where id = ?', [
    (told[0]?.total ?? 0) + decisions.length,
    decisions.filter(({ action }) => action === 'retain').length,
    id,
  ]);
  return id;
}

function policyOf({ id, project_id: projectId, rules, cron }: PolicyRow): RetentionPolicy {
  return { id, projectId, rules, cron };
}
