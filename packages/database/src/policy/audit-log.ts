import type { AuditEntry, AuditFilter, AuditLog, AuditRecord, TextCondition } from '@berth/access';
import type { Knex } from 'knex';
import { containsPattern, isSearchable } from '../access/name-keys.ts';
import { readPage } from '../access/paging.ts';
import { PROJECT_GRANTS } from '../access/project-grants.ts';
import { listedRowsOf } from '../list-places.ts';
import { rowsOf } from '../transactions.ts';
import { purgeAudit, sealAudit, verifyAudit } from './audit-seals.ts';

interface AuditRow {
  readonly id: number;
  readonly occurred_at: Date;
  readonly actor: string;
  readonly username: string;
  readonly address: string;
  readonly project_id: number | null;
  readonly resource_type: string;
  readonly resource: string;
  readonly operation: string;
  readonly description: string;
  readonly successful: boolean;
  readonly status: number;
  readonly request_id: string;
}

const COLUMNS = `a.id, a.occurred_at, a.actor, a.username, a.address, a.project_id, a.resource_type, a.resource, a.operation, a.description,
  a.successful, a.status, a.request_id`;
/** Harbor's project administrator. */
const ADMINISTRATOR_ROLE = 1;

/** The audit log in Postgres; migration 0032 keeps it from being changed. */
export function createAuditLog(knex: Knex): AuditLog {
  return {
    append: (entries) => append(knex, entries),

    list: (query) => {
      const where = conditions(query);
      if (where === undefined) return Promise.resolve({ items: [], total: 0 });
      return readPage<AuditRow, AuditRecord>(
        knex,
        {
          select: COLUMNS,
          from: `audit_log a where ${where.sql}`,
          bindings: where.bindings,
          sortable: {
            id: 'a.id',
            occurredAt: 'a.id',
            username: 'a.username',
            resource: 'a.resource',
            resourceType: 'a.resource_type',
            operation: 'a.operation',
          },
          defaultSort: [{ field: 'id', descending: true }],
          tieBreak: 'a.id desc',
          toItem: recordOf,
        },
        query,
      );
    },

    async before(filter, beforeId, limit) {
      const where = conditions(filter);
      if (where === undefined) return [];
      const rows = await listedRowsOf<AuditRow>(
        knex,
        `select ${COLUMNS} from audit_log a where ${where.sql} and a.id < ? order by a.id desc limit ?`,
        [...where.bindings, beforeId ?? Number.MAX_SAFE_INTEGER, limit],
      );
      return rows.map(recordOf);
    },

    seal: () => sealAudit(knex),
    verify: (head) => verifyAudit(knex, head),
    purge: (before, dryRun) => purgeAudit(knex, before, dryRun),
  };
}

/**
 * One statement for a whole batch. The transaction's own number is taken before the first id is, so that the sealer, which knows transactions by
 * their numbers, never misses one that has ids already.
 */
async function append(knex: Knex, entries: readonly AuditEntry[]): Promise<void> {
  if (entries.length === 0) return;
  const columns: unknown[][] = [
    entries.map(({ actor }) => cut(actor, 64)),
    entries.map(({ username }) => cut(username, 512)),
    entries.map(({ address }) => cut(address, 64)),
    entries.map(({ project }) => (typeof project === 'number' ? project : null)),
    entries.map(({ project }) => (typeof project === 'string' ? cut(project, 255) : null)),
    entries.map(({ resourceType }) => cut(resourceType, 64)),
    entries.map(({ resource }) => cut(resource, 1024)),
    entries.map(({ operation }) => cut(operation, 64)),
    entries.map(({ description }) => cut(description, 2048)),
    entries.map(({ successful }) => successful),
    entries.map(({ status }) => status),
    entries.map(({ requestId }) => cut(requestId, 64)),
  ];
  await rowsOf(
    knex,
    `insert into audit_log (actor, username, address, project_id, resource_type, resource, operation, description, successful, status, request_id)
     select g.actor, g.username, g.address,
       coalesce(g.project_id, (select p.id from projects p where p.name = g.project_name and p.deleted_at is null)),
       g.resource_type, g.resource, g.operation, g.description, g.successful, g.status, g.request_id
     from (select pg_current_xact_id() is not null as begun offset 0) as transaction, unnest(?::text[], ?::text[], ?::text[], ?::bigint[], ?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::boolean[], ?::integer[], ?::text[])
       as g (actor, username, address, project_id, project_name, resource_type, resource, operation, description, successful, status, request_id)
     where transaction.begun`,
    columns,
  );
}

/** Postgres takes no NUL, and counts characters where JavaScript counts halves of them: never more than the column holds. */
function cut(text: string, length: number): string {
  const clean = text.replaceAll('\0', '\u{fffd}');
  return clean.length <= length ? clean : `${clean.slice(0, length - 1).replace(/[\ud800-\udbff]$/, '')}…`;
}

function conditions(filter: AuditFilter): { readonly sql: string; readonly bindings: readonly unknown[] } | undefined {
  const texts = [filter.username, filter.resource, filter.resourceType, filter.operation];
  if (!isSearchable(...texts.map((condition) => condition?.value))) return undefined;
  const parts: string[] = ['true'];
  const bindings: unknown[] = [];
  const add = (sql: string, ...values: unknown[]): void => {
    parts.push(sql);
    bindings.push(...values);
  };
  const { scope } = filter;
  if (scope !== 'everything') {
    if ('projectId' in scope) add('a.project_id = ?', scope.projectId);
    else
      add(
        `a.project_id in (select m.project_id from ${PROJECT_GRANTS} m where m.user_id = ? and m.role_id = ${ADMINISTRATOR_ROLE})`,
        scope.administratorId,
      );
  }
  const addText = (column: string, condition: TextCondition | undefined): void => {
    if (condition === undefined) return;
    if (condition.fuzzy) add(`${column} like ?`, containsPattern(condition.value));
    else add(`${column} = ?`, condition.value);
  };
  addText('a.username', filter.username);
  addText('a.resource', filter.resource);
  addText('a.resource_type', filter.resourceType);
  addText('a.operation', filter.operation);
  if (filter.successful !== undefined) add('a.successful = ?', filter.successful);
  if (filter.from !== undefined) add('a.occurred_at >= ?', filter.from);
  if (filter.to !== undefined) add('a.occurred_at <= ?', filter.to);
  return { sql: parts.join(' and '), bindings };
}

function recordOf(row: AuditRow): AuditRecord {
  return {
    id: row.id,
    occurredAt: row.occurred_at,
    actor: row.actor,
    username: row.username,
    address: row.address,
    projectId: row.project_id ?? undefined,
    resourceType: row.resource_type,
    resource: row.resource,
    operation: row.operation,
    description: row.description,
    successful: row.successful,
    status: row.status,
    requestId: row.request_id,
  };
}
