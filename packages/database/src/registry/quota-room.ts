import { projectOf, type Digest, type RepositoryName } from '@berth/oci';
import type { QuotaRefusal, QuotaRoom } from '@berth/registry';
import type { Knex } from 'knex';
import { rowsOf } from '../transactions.ts';

interface RoomRow {
  readonly project_id: number;
  readonly used_bytes: number;
  readonly hard_bytes: number;
}

/** Read without a lock: for refusing before the bytes are sent. The trigger of the link decides (migration 0031). */
export async function quotaRoom(knex: Knex, repository: RepositoryName, digest: Digest | undefined): Promise<QuotaRoom | undefined> {
  const rows = await rowsOf<RoomRow>(
    knex,
    `select q.project_id, q.used_bytes, q.hard_bytes from projects p join project_quotas q on q.project_id = p.id
     where p.name = ? and p.deleted_at is null and q.hard_bytes >= 0
       and coalesce((select (value->>'quota_per_project_enable')::boolean from settings where name = 'system'), true)
       and not exists (
         select 1 from blobs b join project_blobs h on h.blob_id = b.id where b.digest = ? and h.project_id = q.project_id)`,
    [projectOf(repository), digest ?? ''],
  );
  const row = rows[0];
  return row && { projectId: row.project_id, used: row.used_bytes, hard: row.hard_bytes };
}

export async function noteQuotaRefusal(knex: Knex, { projectId, ...detail }: QuotaRefusal): Promise<void> {
  await rowsOf(
    knex,
    `insert into project_events (kind, project_id, detail)
     select 'quota exceeded', ?, ?::jsonb where not exists (
       select 1 from project_events e where e.project_id = ? and e.kind = 'quota exceeded' and e.created_at > now() - interval '1 minute')`,
    [projectId, JSON.stringify(detail), projectId],
  );
}
