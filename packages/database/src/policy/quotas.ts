import type { ProjectName } from '@berth/oci';
import type { Quota, QuotaDrift, Quotas } from '@berth/registry';
import type { Knex } from 'knex';
import { readPage } from '../access/paging.ts';
import { inTransaction, rowsOf } from '../transactions.ts';

interface QuotaRow {
  readonly project_id: number;
  readonly name: ProjectName;
  readonly owner_name: string;
  readonly hard_bytes: number;
  readonly used_bytes: number;
  readonly created_at: Date;
  readonly updated_at: Date;
}

const COLUMNS = 'q.project_id, p.name, u.username as owner_name, q.hard_bytes, q.used_bytes, q.created_at, q.updated_at';
const TABLES = 'project_quotas q join projects p on p.id = q.project_id join users u on u.id = p.owner_id where p.deleted_at is null';

/** What the links of repositories come to, by project; of those in the trash where they count. */
const LINKED = `select r.project_id, l.blob_id, b.size, count(*) as links
  from repository_blobs l join repositories r on r.id = l.repository_id and r.quota_counted join blobs b on b.id = l.blob_id
  group by r.project_id, l.blob_id, b.size`;

/** Quotas in Postgres; migration 0031 tells how they are counted. */
export function createQuotas(knex: Knex): Quotas {
  return {
    list: (query) =>
      readPage<QuotaRow, Quota>(
        knex,
        {
          select: COLUMNS,
          from: query.projectId === undefined ? TABLES : `${TABLES} and q.project_id = ?`,
          bindings: query.projectId === undefined ? [] : [query.projectId],
          sortable: {
            id: 'q.project_id',
            used: 'q.used_bytes',
            hard: 'q.hard_bytes',
            // What has no limit comes below what is empty.
            filled: 'coalesce(q.used_bytes::float8 / nullif(greatest(q.hard_bytes, 0), 0), -1)',
            createdAt: 'q.created_at',
            updatedAt: 'q.updated_at',
          },
          defaultSort: [{ field: 'id', descending: false }],
          tieBreak: 'q.project_id',
          toItem: quotaOf,
        },
        query,
      ),

    async find(projectId) {
      const rows = await rowsOf<QuotaRow>(knex, `select ${COLUMNS} from ${TABLES} and q.project_id = ?`, [projectId]);
      return rows[0] && quotaOf(rows[0]);
    },

    async setHard(projectId, bytes) {
      const rows = await rowsOf(
        knex,
        `update project_quotas q set hard_bytes = ?, updated_at = now() from projects p
         where q.project_id = ? and p.id = q.project_id and p.deleted_at is null returning 1`,
        [bytes, projectId],
      );
      return rows.length > 0;
    },

    reconcile: () => reconcile(knex),
  };
}

/** One project at a time: its links cannot change while it is counted, and pushes elsewhere go on. */
async function reconcile(knex: Knex): Promise<readonly QuotaDrift[]> {
  const suspects = await rowsOf<{ project_id: number }>(
    knex,
    `select q.project_id from project_quotas q
     left join (select project_id, sum(size)::bigint as bytes from (${LINKED}) as l group by project_id) as linked using (project_id)
     where q.used_bytes <> coalesce(linked.bytes, 0) order by q.project_id`,
    [],
  );
  const drift: QuotaDrift[] = [];
  for (const { project_id: projectId } of suspects) {
    const found = await inTransaction(knex, (transaction) => recount(transaction, projectId));
    if (found !== undefined) drift.push(found);
  }
  return drift;
}

async function recount(transaction: Knex, projectId: number): Promise<QuotaDrift | undefined> {
  // Whoever links or unlinks holds a lock that this one waits for, so that what is read next is whole.
  await rowsOf(transaction, 'lock table repository_blobs in share mode', []);
  const before = await rowsOf<{ used_bytes: number }>(
    transaction,
    'select used_bytes from project_quotas where project_id = ? for update',
    [projectId],
  );
  await rowsOf(transaction, 'delete from project_blobs where project_id = ?', [projectId]);
  await rowsOf(
    transaction,
    `insert into project_blobs (project_id, blob_id, size, links) select project_id, blob_id, size, links from (${LINKED}) as l where project_id = ?`,
    [projectId],
  );
  const after = await rowsOf<{ used_bytes: number }>(
    transaction,
    `update project_quotas set used_bytes = (select coalesce(sum(size), 0) from project_blobs where project_id = ?)
     where project_id = ? returning used_bytes`,
    [projectId, projectId],
  );
  const [countedBytes, linkedBytes] = [before[0]?.used_bytes ?? 0, after[0]?.used_bytes ?? 0];
  return countedBytes === linkedBytes ? undefined : { projectId, countedBytes, linkedBytes };
}

function quotaOf(row: QuotaRow): Quota {
  return {
    projectId: row.project_id,
    projectName: row.name,
    ownerName: row.owner_name,
    hardBytes: row.hard_bytes,
    usedBytes: row.used_bytes,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}
