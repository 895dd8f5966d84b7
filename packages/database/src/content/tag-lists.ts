import type { Digest, Tag } from '@berth/oci';
import type { ContentPage, TagListing, TagQuery } from '@berth/registry';
import type { Knex } from 'knex';
import { containsPattern, isSearchable } from '../access/name-keys.ts';
import { rowsOf } from '../transactions.ts';
import { ACCESSORIES } from './artifact-details.ts';
import { factsOf } from './artifact-lists.ts';
import { LAST_PULL, totalSize } from './artifact-sql.ts';
import { inOrder, readKeys } from './key-page.ts';

interface TagRow {
  readonly id: number;
  readonly name: Tag;
  readonly manifest_id: number;
  readonly content_id: number;
  readonly digest: Digest;
  readonly media_type: string;
  readonly artifact_type: string | null;
  readonly total_size: number;
  readonly moved_at: Date;
  readonly created_at: Date;
  readonly pulled_at: Date | null;
  readonly pull_count: number | null;
  readonly facts: string | null;
  readonly accessory_count: number;
}

const SELECT = `select t.id, t.name, t.manifest_id, m.content_id, m.digest, m.media_type, m.artifact_type, ${totalSize('m')} as total_size,
  t.moved_at, t.created_at, ${LAST_PULL} as pulled_at, greatest(c.pull_count, w.pull_count) as pull_count, f.facts,
  (select count(*) from manifests s cross join lateral (${ACCESSORIES}) found where s.id = m.id) as accessory_count
from tags t
join manifests m on m.id = t.manifest_id
left join tag_traffic c on c.repository_id = t.repository_id and c.tag = t.name
left join manifest_traffic w on w.manifest_id = m.id
left join manifest_facts f on f.content_id = m.content_id`;

/** Three statements: names of the page, total, rows. */
export async function listTagsOf(knex: Knex, repositoryId: number, query: TagQuery): Promise<ContentPage<TagListing>> {
  if (!isSearchable(query.exactName, query.namePart, query.glob)) return { items: [], total: 0 };
  const conditions = ['t.repository_id = ?'];
  const bindings: unknown[] = [repositoryId];
  const add = (condition: string, ...values: unknown[]): void => {
    conditions.push(condition);
    bindings.push(...values);
  };
  if (query.manifestId !== undefined) add('t.manifest_id = ?', query.manifestId);
  if (query.accessories !== true) add('t.accessory_of is null');
  if (query.exactName !== undefined) add('t.name = ?', query.exactName);
  if (query.namePart !== undefined) add('t.name like ?', containsPattern(query.namePart));
  if (query.glob !== undefined) add('t.name like ?', globPattern(query.glob));
  const { keys, total } = await readKeys<Tag>(
    knex,
    {
      key: 't.name',
      from: `tags t where ${conditions.join(' and ')}`,
      bindings,
      sortable: {
        id: 't.id',
        name: 't.name',
        version: 't.version_key',
        pushedAt: 't.moved_at',
        createdAt: 't.created_at',
        pulledAt: `(select ${LAST_PULL} from (values (t.manifest_id)) as here (manifest_id)
          left join manifest_traffic w on w.manifest_id = here.manifest_id
          left join tag_traffic c on c.repository_id = t.repository_id and c.tag = t.name)`,
      },
      defaultSort: [{ field: 'name', descending: false }],
      nullable: ['version', 'pulledAt'],
      tieBreak: 't.name',
    },
    query,
  );
  if (keys.length === 0) return { items: [], total };
  const rows = await rowsOf<TagRow>(knex, `${SELECT} where t.repository_id = ? and t.name = any(?::text[])`, [repositoryId, keys]);
  return { items: inOrder(keys, new Map(rows.map((row) => [row.name, listingOf(row)]))), total };
}

/** LIKE pattern of a glob, with LIKE's own signs taken literally. */
function globPattern(glob: string): string {
  return glob
    .replace(/[\\%_]/g, '\\$&')
    .replace(/\*+/g, '%')
    .replace(/\?/g, '_');
}

function listingOf(row: TagRow): TagListing {
  return {
    id: row.id,
    name: row.name,
    manifestId: row.manifest_id,
    contentId: row.content_id,
    digest: row.digest,
    mediaType: row.media_type,
    artifactType: row.artifact_type ?? undefined,
    size: row.total_size,
    pushedAt: row.moved_at,
    createdAt: row.created_at,
    pulledAt: row.pulled_at ?? undefined,
    pullCount: row.pull_count ?? 0,
    facts: factsOf(row.facts),
    accessoryCount: row.accessory_count,
  };
}
