import type { Digest, RepositoryName } from '@berth/oci';
import type { ContentUse, UseReason } from '@berth/registry';
import type { Knex } from 'knex';
import { rowsOf } from '../transactions.ts';

interface ReasonRow {
  readonly reason: UseReason['reason'];
  readonly repository: RepositoryName | null;
  readonly by: string | null;
  readonly until: Date | null;
}

/** A digest may be a manifest and a blob; the manifest is told of first. */
export async function why(knex: Knex, digest: Digest, limit: number): Promise<ContentUse | undefined> {
  return (await whyManifest(knex, digest, limit)) ?? (await whyBlob(knex, digest, limit)) ?? (await whyObject(knex, digest));
}

async function whyManifest(knex: Knex, digest: Digest, limit: number): Promise<ContentUse | undefined> {
  const contents = await rowsOf<{ id: number; size: number }>(
    knex,
    'select id, octet_length(bytes) as size from manifest_contents where digest = ?',
    [digest],
  );
  const content = contents[0];
  if (content === undefined) return undefined;
  const here = 'from manifests m join repositories r on r.id = m.repository_id';
  const rows = await rowsOf<ReasonRow>(
    knex,
    `(select 'tag' as reason, r.name as repository, t.name as by, null::timestamptz as until
      ${here} join tags t on t.repository_id = m.repository_id and t.manifest_id = m.id where m.content_id = ? limit ?)
     union all
     (select 'index', r.name, i.digest, null
      ${here} join manifest_references f on f.repository_id = m.repository_id and (f.child_id = m.id or f.digest = m.digest)
      join manifests i on i.id = f.manifest_id where m.content_id = ? limit ?)
     union all
     (select 'subject', r.name, s.digest, null
      ${here} join manifests s on s.repository_id = m.repository_id and s.digest = m.subject_digest where m.content_id = ? limit ?)
     union all
     (select 'trash', t.name, 'trash entry ' || t.id, t.expires_at
      from trash_contents c join trash t on t.id = c.trash_id where c.content_id = ? limit ?)
     union all
     (select 'untagged', r.name, null, null ${here} where m.content_id = ?
        and not exists (select 1 from tags t where t.repository_id = m.repository_id and t.manifest_id = m.id)
        and not exists (select 1 from manifest_references f where f.repository_id = m.repository_id and f.child_id = m.id) limit ?)`,
    [content.id, limit, content.id, limit, content.id, limit, content.id, limit, content.id, limit],
  );
  return { kind: 'manifest', size: content.size, quarantined: false, reasons: reasonsOf(rows) };
}

async function whyBlob(knex: Knex, digest: Digest, limit: number): Promise<ContentUse | undefined> {
  const blobs = await rowsOf<{ id: number; size: number; state: string }>(knex, 'select id, size, state from blobs where digest = ?', [
    digest,
  ]);
  const blob = blobs[0];
  if (blob === undefined) return undefined;
  const rows = await rowsOf<ReasonRow>(
    knex,
    `(select distinct 'manifest' as reason, r.name as repository, m.digest as by, null::timestamptz as until
      from repository_blobs l join repositories r on r.id = l.repository_id
      join manifest_references f on f.repository_id = l.repository_id and (f.blob_id = l.blob_id or f.digest = ?)
      join manifests m on m.id = f.manifest_id where l.blob_id = ? limit ?)
     union all
     (select 'lease', r.name, null, l.lease_until from repository_blobs l join repositories r on r.id = l.repository_id
      where l.blob_id = ? and l.lease_until >= now() limit ?)
     union all
     (select 'trash', t.name, 'trash entry ' || t.id, t.expires_at
      from trash_blobs b join trash t on t.id = b.trash_id where b.blob_id = ? limit ?)`,
    [digest, blob.id, limit, blob.id, limit, blob.id, limit],
  );
  return { kind: 'blob', size: blob.size, quarantined: blob.state === 'quarantined', reasons: reasonsOf(rows) };
}

async function whyObject(knex: Knex, digest: Digest): Promise<ContentUse | undefined> {
  const rows = await rowsOf<{ size: number; until: Date }>(
    knex,
    'select size, not_before as until from blob_deletions where digest = ? order by id limit 1',
    [digest],
  );
  const object = rows[0];
  if (object === undefined) return undefined;
  return { kind: 'deleted object', size: object.size, quarantined: false, reasons: [{ reason: 'waiting', until: object.until }] };
}

/** Without any reason collection takes it at its next turn. */
function reasonsOf(rows: readonly ReasonRow[]): readonly UseReason[] {
  if (rows.length === 0) return [{ reason: 'nothing' }];
  return rows.map(({ reason, repository, by, until }) => ({
    reason,
    ...(repository === null ? {} : { repository }),
    ...(by === null ? {} : { by }),
    ...(until === null ? {} : { until }),
  }));
}
