import type { Digest, RepositoryName, Tag } from '@berth/oci';
import type { Artifact, ArtifactDetail, ArtifactQuery, ContentPage, ManifestFacts, TimeRange } from '@berth/registry';
import type { Knex } from 'knex';
import { containsPattern, isSearchable } from '../access/name-keys.ts';
import { PINNED } from '../registry/pinned-check.ts';
import { rowsOf } from '../transactions.ts';
import { actorName } from './actor-names.ts';
import { accessoriesOf, childrenOf, labelsOf, tagsOf } from './artifact-details.ts';
import { harborType, isTagged, standsAlone, standsAloneIn, totalSize } from './artifact-sql.ts';
import { inOrder, readKeys } from './key-page.ts';

interface ArtifactRow {
  readonly id: number;
  readonly content_id: number;
  readonly project_id: number;
  readonly repository_id: number;
  readonly repository: RepositoryName;
  readonly digest: Digest;
  readonly media_type: string;
  readonly artifact_type: string | null;
  readonly subject_digest: Digest | null;
  readonly total_size: number;
  readonly annotations: string | null;
  readonly pushed_at: Date;
  readonly pulled_at: Date | null;
  readonly pull_count: number | null;
  readonly facts: string | null;
  readonly pin_reason: string | null;
  readonly pinned_by: string;
  readonly pinned_at: Date;
}

/** Annotations of one row that a list shows, bytes: a manifest may carry megabytes of them. */
const MAX_ANNOTATIONS = 64 * 1024;

const SELECT = `select m.id, m.content_id, r.project_id, m.repository_id, r.name as repository, m.digest, m.media_type, m.artifact_type,
  m.subject_digest, ${totalSize('m')} as total_size, m.pushed_at, c.pulled_at, c.pull_count, f.facts,
  p.reason as pin_reason, ${actorName('p.pinned_by')} as pinned_by, p.pinned_at,
  case when octet_length(m.annotations) <= ${MAX_ANNOTATIONS} then m.annotations end as annotations
from manifests m
join repositories r on r.id = m.repository_id
left join manifest_traffic c on c.manifest_id = m.id
left join manifest_facts f on f.content_id = m.content_id
left join manifest_pins p on p.manifest_id = m.id`;

export async function listArtifacts(knex: Knex, query: ArtifactQuery): Promise<ContentPage<Artifact>> {
  if (!isSearchable(query.tag, query.tagPart, query.digest, query.mediaType, query.artifactType, query.type))
    return { items: [], total: 0 };
  const { from, bindings } = selection(query);
  const { keys, total } = await readKeys<number>(
    knex,
    {
      key: 'm.id',
      from,
      bindings,
      sortable: {
        id: 'm.id',
        digest: 'm.digest',
        pushedAt: 'm.pushed_at',
        pulledAt: '(select c.pulled_at from manifest_traffic c where c.manifest_id = m.id)',
        repository: 'r.name',
      },
      defaultSort: [{ field: 'pushedAt', descending: true }],
      nullable: ['pulledAt'],
      tieBreak: 'm.id',
    },
    query,
  );
  const found = await readArtifacts(knex, keys, query);
  return { items: inOrder(keys, found), total };
}

export async function findArtifact(
  knex: Knex,
  wanted: { readonly repositoryId: number; readonly reference: { readonly digest: Digest } | { readonly tag: Tag } },
  detail: ArtifactDetail,
): Promise<Artifact | undefined> {
  const { repositoryId, reference } = wanted;
  const rows =
    'digest' in reference
      ? await rowsOf<{ id: number }>(knex, 'select id from manifests where repository_id = ? and digest = ?', [
          repositoryId,
          reference.digest,
        ])
      : await rowsOf<{ id: number }>(knex, 'select manifest_id as id from tags where repository_id = ? and name = ?', [
          repositoryId,
          reference.tag,
        ]);
  const id = rows[0]?.id;
  return id === undefined ? undefined : (await readArtifacts(knex, [id], detail)).get(id);
}

async function readArtifacts(knex: Knex, ids: readonly number[], detail: ArtifactDetail): Promise<ReadonlyMap<number, Artifact>> {
  if (ids.length === 0) return new Map();
  const [rows, children, tags, labels, accessories] = await Promise.all([
    rowsOf<ArtifactRow>(knex, `${SELECT} where m.id = any(?::bigint[])`, [ids]),
    childrenOf(knex, ids),
    detail.tags ? tagsOf(knex, ids) : undefined,
    detail.labels ? labelsOf(knex, ids) : undefined,
    detail.accessories ? accessoriesOf(knex, ids) : undefined,
  ]);
  return new Map(
    rows.map((row) => [
      row.id,
      {
        ...artifactOf(row),
        children: children.get(row.id) ?? [],
        tags: tags?.get(row.id) ?? [],
        labels: labels?.get(row.id) ?? [],
        accessories: accessories?.get(row.id) ?? [],
      },
    ]),
  );
}

function selection(query: ArtifactQuery): { from: string; bindings: unknown[] } {
  const { where } = query;
  const conditions: string[] = [];
  const bindings: unknown[] = [];
  const add = (condition: string, ...values: unknown[]): void => {
    conditions.push(condition);
    bindings.push(...values);
  };
  if ('repositoryId' in where) add('m.repository_id = ?', where.repositoryId);
  else add('r.project_id = ?', where.projectId);
  add('r.deleted_at is null');
  if (query.everything !== true && query.latestInRepository !== true) add(standsAloneIn('m', where));
  if (query.tagged !== undefined) add(query.tagged ? isTagged('m') : `not ${isTagged('m')}`);
  const byTag = 'exists (select 1 from tags t where t.repository_id = m.repository_id and t.manifest_id = m.id and t.name';
  if (query.tag !== undefined) add(`${byTag} = ?)`, query.tag);
  if (query.tagPart !== undefined) add(`${byTag} like ?)`, containsPattern(query.tagPart));
  if (query.digest !== undefined) add('m.digest = ?', query.digest);
  if (query.mediaType !== undefined) add('m.media_type = ?', query.mediaType);
  if (query.artifactType !== undefined) add('m.artifact_type = ?', query.artifactType);
  if (query.type !== undefined) add(`${harborType('m')} = ?`, query.type);
  if (query.pinned !== undefined) add(query.pinned ? PINNED : `not ${PINNED}`);
  if (query.labelIds !== undefined) {
    const ids = [...new Set(query.labelIds)];
    add('(select count(*) from manifest_labels l where l.manifest_id = m.id and l.label_id = any(?::bigint[])) = ?', ids, ids.length);
  }
  addRange(add, 'm.pushed_at', query.pushed);
  addRange(add, '(select c.pulled_at from manifest_traffic c where c.manifest_id = m.id)', query.pulled);
  const rows =
    query.latestInRepository === true
      ? `repositories r cross join lateral (select * from manifests l where l.repository_id = r.id and ${standsAlone('l')}
           order by l.pushed_at desc, l.id desc limit 1) m`
      : 'manifests m join repositories r on r.id = m.repository_id';
  return { from: `${rows} where ${conditions.join(' and ')}`, bindings };
}

function addRange(add: (condition: string, ...values: unknown[]) => void, column: string, range: TimeRange | undefined): void {
  if (range?.from !== undefined) add(`${column} >= ?::timestamptz`, range.from.toISOString());
  if (range?.to !== undefined) add(`${column} <= ?::timestamptz`, range.to.toISOString());
}

function artifactOf(row: ArtifactRow): Omit<Artifact, 'children' | 'tags' | 'labels' | 'accessories'> {
  return {
    id: row.id,
    contentId: row.content_id,
    projectId: row.project_id,
    repositoryId: row.repository_id,
    repository: row.repository,
    digest: row.digest,
    mediaType: row.media_type,
    artifactType: row.artifact_type ?? undefined,
    subjectDigest: row.subject_digest ?? undefined,
    size: row.total_size,
    annotations: row.annotations === null ? {} : (JSON.parse(row.annotations) as Record<string, string>),
    pushedAt: row.pushed_at,
    pulledAt: row.pulled_at ?? undefined,
    pullCount: row.pull_count ?? 0,
    pin: row.pin_reason === null ? undefined : { reason: row.pin_reason, pinnedBy: row.pinned_by, pinnedAt: row.pinned_at },
    facts: factsOf(row.facts),
  };
}

export function factsOf(text: string | null): ManifestFacts | undefined {
  return text === null ? undefined : (JSON.parse(text) as ManifestFacts);
}
