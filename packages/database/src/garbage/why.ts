import type { Digest, RepositoryName } from '@berth/oci';
import type { ContentUse, GarbagePolicy, UseReason } from '@berth/registry';
import type { Knex } from 'knex';
import { actorName } from '../content/actor-names.ts';
import { rowsOf } from '../transactions.ts';
import { exclusiveBytes } from './exclusive-bytes.ts';
import { graceBindings, UNHELD } from './untagged-manifests.ts';

interface ReasonRow {
  readonly reason: UseReason['reason'];
  readonly repository: RepositoryName | null;
  readonly by: string | null;
  readonly until: Date | null;
  readonly note: string | null;
}

interface Asked {
  /** Of reasons of each kind. */
  readonly limit: number;
  /** By which untagged manifests stay or go. */
  readonly policy: GarbagePolicy;
}

/** A digest may be a manifest and a blob; the manifest is told of first. */
export async function why(knex: Knex, digest: Digest, asked: Asked): Promise<ContentUse | undefined> {
  return (await whyManifest(knex, digest, asked)) ?? (await whyBlob(knex, digest, asked.limit)) ?? (await whyObject(knex, digest));
}

/**
 * Manifests that nothing holds: where the policy leaves them alone, for ever; else until their grace is over, or for as long as a pull counts
 * as recent. Bindings: {@link untaggedBindings}.
 */
const UNTAGGED = `
  select case when ?::boolean and k.pulled_until > k.grace_until then 'pulled' else 'untagged' end, r.name, null,
    case when ?::boolean then greatest(k.grace_until, k.pulled_until) end as until, null
  from manifests m join repositories r on r.id = m.repository_id
  cross join lateral (
    select greatest(m.pushed_at, (
        select max(h.moved_at) from tag_history h where h.repository_id = m.repository_id and h.previous_digest = m.digest))
        + make_interval(secs => ?) as grace_until,
      (select p.pulled_at from manifest_traffic p where p.manifest_id = m.id) + make_interval(secs => ?) as pulled_until) k
  where m.content_id = ? and ${UNHELD}`;

function untaggedBindings(contentId: number, policy: GarbagePolicy): readonly unknown[] {
  const [pushed, pulled] = graceBindings(policy);
  return [policy.deleteUntagged, policy.deleteUntagged, pushed, pulled, contentId];
}

async function whyManifest(knex: Knex, digest: Digest, { limit, policy }: Asked): Promise<ContentUse | undefined> {
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
    `(select 'tag' as reason, r.name as repository, t.name as by, null::timestamptz as until, null as note
      ${here} join tags t on t.repository_id = m.repository_id and t.manifest_id = m.id where m.content_id = ? limit ?)
     union all
     (select 'index', r.name, i.digest, null, null
      ${here} join manifest_references f on f.repository_id = m.repository_id and (f.child_id = m.id or f.digest = m.digest)
      join manifests i on i.id = f.manifest_id where m.content_id = ? limit ?)
     union all
     (select 'subject', r.name, s.digest, null, null
      ${here} join manifests s on s.repository_id = m.repository_id and s.digest = m.subject_digest where m.content_id = ? limit ?)
     union all
     (select 'trash', t.name, 'trash entry ' || t.id, t.expires_at, null
      from trash_contents c join trash t on t.id = c.trash_id where c.content_id = ? limit ?)
     union all
     (select 'pin', r.name, ${actorName('x.pinned_by')}, null, nullif(x.reason, '')
      ${here} join manifest_pins x on x.manifest_id = m.id where m.content_id = ? limit ?)
     union all
     (select * from (${UNTAGGED}) as untagged where until is null or until >= now() limit ?)`,
    [...Array.from({ length: 5 }, () => [content.id, limit]).flat(), ...untaggedBindings(content.id, policy), limit],
  );
  const exclusive = await exclusiveBytes(knex, content.id);
  return { kind: 'manifest', size: content.size, quarantined: false, exclusive, reasons: reasonsOf(rows) };
}

async function whyBlob(knex: Knex, digest: Digest, limit: number): Promise<ContentUse | undefined> {
  const blobs = await rowsOf<{ id: number; size: number; state: string }>(knex, 'select id, size, state from blobs where digest = ?', [
    digest,
  ]);
  const blob = blobs[0];
  if (blob === undefined) return undefined;
  const rows = await rowsOf<ReasonRow>(
    knex,
    `(select distinct 'manifest' as reason, r.name as repository, m.digest as by, null::timestamptz as until, null as note
      from repository_blobs l join repositories r on r.id = l.repository_id
      join manifest_references f on f.repository_id = l.repository_id and (f.blob_id = l.blob_id or f.digest = ?)
      join manifests m on m.id = f.manifest_id where l.blob_id = ? limit ?)
     union all
     (select 'lease', r.name, null, l.lease_until, null from repository_blobs l join repositories r on r.id = l.repository_id
      where l.blob_id = ? and l.lease_until >= now() limit ?)
     union all
     (select 'trash', t.name, 'trash entry ' || t.id, t.expires_at, null
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
  return rows.map(({ reason, repository, by, until, note }) => ({
    reason,
    ...(repository === null ? {} : { repository }),
    ...(by === null ? {} : { by }),
    ...(until === null ? {} : { until }),
    ...(note === null ? {} : { note }),
  }));
}
