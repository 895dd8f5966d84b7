import type {
  RetentionExecution,
  RetentionOutcome,
  RetentionPageRequest,
  RetentionRecords,
  RetentionRemoval,
  RetentionRule,
  RetentionStatus,
  RetentionTask,
} from '@berth/registry';
import type { RepositoryName } from '@berth/oci';
import type { Knex } from 'knex';
import { rowsOf } from '../transactions.ts';
import { type ProblemRow, problemOf } from '../work/problem-columns.ts';

/** As {@link RETENTION_COLUMNS} select it. */
export interface ExecutionRow extends ProblemRow {
  readonly id: number;
  readonly policy_id: number;
  readonly project_id: number;
  readonly rules: readonly RetentionRule[];
  readonly trigger: 'Manual' | 'Schedule';
  readonly dry_run: boolean;
  readonly status: RetentionStatus;
  readonly created_at: Date;
  readonly ended_at: Date | null;
}

interface TaskRow {
  readonly id: number;
  readonly execution_id: number;
  readonly repository: RepositoryName;
  readonly status: RetentionTask['status'];
  readonly total: number;
  readonly retained: number;
  readonly started_at: Date;
  readonly ended_at: Date | null;
}

interface DecisionRow extends Omit<RetentionOutcome, 'outcome'> {
  readonly outcome: RetentionRemoval | null;
}

export const RETENTION_COLUMNS =
  'id, policy_id, project_id, rules, trigger, dry_run, status, problem, problem_reason, problem_values, created_at, ended_at';
const TASK = 'id, execution_id, repository, status, total, retained, started_at, ended_at';
const DECISION = 'position, digest, tags, action, reason, because, outcome';
/** A run whose process gave no sign for this long goes on in another one. */
const DEAD_AFTER = `interval '5 minutes'`;

type History = Pick<RetentionRecords, 'execution' | 'executions' | 'stop' | 'task' | 'tasks' | 'decisions' | 'take' | 'waiting'>;

/** Runs, their tasks and decisions. */
export function createRetentionHistory(knex: Knex): History {
  return {
    async execution(policyId, id) {
      const rows = await rowsOf<ExecutionRow>(
        knex,
        `select ${RETENTION_COLUMNS} from retention_executions where policy_id = ? and id = ?`,
        [policyId, id],
      );
      return rows[0] && executionOf(rows[0]);
    },

    async executions(policyId, page) {
      const rows = await rowsOf<ExecutionRow>(
        knex,
        `select ${RETENTION_COLUMNS} from retention_executions where policy_id = ? order by id desc limit ? offset ?`,
        [policyId, ...limits(page)],
      );
      return { items: rows.map(executionOf), total: await count(knex, 'retention_executions where policy_id = ?', [policyId]) };
    },

    async stop(id) {
      const rows = await rowsOf(
        knex,
        `update retention_executions set stop_wanted = true, status = case status when 'Pending' then 'Stopped' else status end,
           ended_at = case status when 'Pending' then now() else ended_at end, updated_at = now()
         where id = ? and status in ('Pending', 'Running') returning 1`,
        [id],
      );
      return rows.length > 0;
    },

    async task(executionId, id) {
      const rows = await rowsOf<TaskRow>(knex, `select ${TASK} from retention_tasks where execution_id = ? and id = ?`, [executionId, id]);
      return rows[0] && taskOf(rows[0]);
    },

    async tasks(executionId, page) {
      const rows = await rowsOf<TaskRow>(
        knex,
        `select ${TASK} from retention_tasks where execution_id = ? order by repository limit ? offset ?`,
        [executionId, ...limits(page)],
      );
      return { items: rows.map(taskOf), total: await count(knex, 'retention_tasks where execution_id = ?', [executionId]) };
    },

    async decisions(taskId, { action, ...page }) {
      const rows = await rowsOf<DecisionRow>(
        knex,
        `select ${DECISION} from retention_decisions where task_id = ? and action = coalesce(?, action) order by position limit ? offset ?`,
        [taskId, action ?? null, ...limits(page)],
      );
      const total = await count(knex, 'retention_decisions where task_id = ? and action = coalesce(?, action)', [taskId, action ?? null]);
      return { items: rows.map(decisionOf), total };
    },

    async take() {
      const rows = await rowsOf<ExecutionRow>(
        knex,
        `update retention_executions set status = 'Running', alive_at = now(), updated_at = now()
         where id = (
           select id from retention_executions
           where status in ('Pending', 'Running') and not (status = 'Running' and alive_at > now() - ${DEAD_AFTER})
           order by id limit 1 for update skip locked)
         returning ${RETENTION_COLUMNS}`,
        [],
      );
      return rows[0] && executionOf(rows[0]);
    },

    async waiting(taskId, limit) {
      const rows = await rowsOf<DecisionRow>(
        knex,
        `select ${DECISION} from retention_decisions where task_id = ? and action = 'delete' and outcome is null order by position limit ?`,
        [taskId, limit],
      );
      return rows.map(decisionOf);
    },
  };
}

function limits({ page, pageSize }: RetentionPageRequest): [limit: number, offset: number] {
  return [pageSize, (page - 1) * pageSize];
}

async function count(knex: Knex, from: string, values: readonly unknown[]): Promise<number> {
  const rows = await rowsOf<{ total: number }>(knex, `select count(*)::integer as total from ${from}`, values);
  return rows[0]?.total ?? 0;
}

export function executionOf(row: ExecutionRow): RetentionExecution {
  return {
    ...{ id: row.id, policyId: row.policy_id, projectId: row.project_id, rules: row.rules, trigger: row.trigger, dryRun: row.dry_run },
    ...{ status: row.status, problem: problemOf(row), startedAt: row.created_at, endedAt: row.ended_at ?? undefined },
  };
}

function taskOf(row: TaskRow): RetentionTask {
  return {
    ...{ id: row.id, executionId: row.execution_id, repository: row.repository, status: row.status },
    ...{ total: row.total, retained: row.retained, startedAt: row.started_at, endedAt: row.ended_at ?? undefined },
  };
}

function decisionOf({ outcome, ...row }: DecisionRow): RetentionOutcome {
  return { ...row, outcome: outcome ?? undefined };
}
