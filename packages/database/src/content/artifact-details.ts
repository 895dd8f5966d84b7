import type { Digest, Tag } from '@berth/oci';
import type { Accessory, ChildOnArtifact, Label, TagOnArtifact } from '@berth/registry';
import type { Knex } from 'knex';
import { listedRowsOf } from '../list-places.ts';
import { rowsOf } from '../transactions.ts';
import { LAST_PULL, totalSize } from './artifact-sql.ts';

/** Most of each kind that one row of a list shows; the rest is in a list of its own. */
const MAX_SHOWN = 100;
const MAX_CHILDREN = 200;

export async function childrenOf(knex: Knex, ids: readonly number[]): Promise<ReadonlyMap<number, ChildOnArtifact[]>> {
  const rows = await rowsOf<{ parent: number; id: number; digest: Digest }>(
    knex,
    `select f.manifest_id as parent, c.id, c.digest from manifest_references f join manifests c on c.id = f.child_id
     where f.manifest_id = any(?::bigint[]) and f.position < ? order by f.manifest_id, f.position`,
    [ids, MAX_CHILDREN],
  );
  return grouped(
    rows,
    ({ parent }) => parent,
    ({ id, digest }) => ({ id, digest }),
  );
}

export async function tagsOf(knex: Knex, ids: readonly number[]): Promise<ReadonlyMap<number, TagOnArtifact[]>> {
  const rows = await rowsOf<{ manifest_id: number; id: number; name: Tag; moved_at: Date; pulled_at: Date | null }>(
    knex,
    `select m.id as manifest_id, t.id, t.name, t.moved_at, ${LAST_PULL} as pulled_at
     from unnest(?::bigint[]) as wanted (id) join manifests m on m.id = wanted.id
     cross join lateral (
       select t.* from tags t where t.repository_id = m.repository_id and t.manifest_id = m.id order by t.moved_at desc, t.name limit ?) t
     left join tag_traffic c on c.repository_id = t.repository_id and c.tag = t.name
     left join manifest_traffic w on w.manifest_id = m.id`,
    [ids, MAX_SHOWN],
  );
  return grouped(
    rows,
    (row) => row.manifest_id,
    (row) => ({ id: row.id, name: row.name, pushedAt: row.moved_at, pulledAt: row.pulled_at ?? undefined }),
  );
}

export interface LabelRow {
  readonly id: number;
  readonly project_id: number | null;
  readonly name: string;
  readonly description: string;
  readonly color: string;
  readonly created_at: Date;
  readonly updated_at: Date;
}

export function labelOf(row: LabelRow): Label {
  return {
    id: row.id,
    projectId: row.project_id ?? undefined,
    name: row.name,
    description: row.description,
    color: row.color,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}

export async function labelsOf(knex: Knex, ids: readonly number[]): Promise<ReadonlyMap<number, Label[]>> {
  const rows = await rowsOf<LabelRow & { manifest_id: number }>(
    knex,
    `select wanted.id as manifest_id, l.* from unnest(?::bigint[]) as wanted (id)
     cross join lateral (
       select l.* from manifest_labels o join labels l on l.id = o.label_id where o.manifest_id = wanted.id order by l.name, l.id limit ?) l`,
    [ids, MAX_SHOWN],
  );
  return grouped(rows, (row) => row.manifest_id, labelOf);
}

interface AccessoryRow {
  readonly id: number;
  readonly subject_id: number;
  readonly subject_digest: Digest;
  readonly digest: Digest;
  readonly total_size: number;
  readonly artifact_type: string | null;
  readonly by_tag: string | null;
  readonly created_at: Date;
}

/** Of `s`, a manifest: those whose subject it is, and those that cosign's tag convention gives it. */
export const ACCESSORIES = `
  select a.id, max(a.by_tag) as by_tag from (
    select a.id, null as by_tag from manifests a where a.repository_id = s.repository_id and a.subject_digest = s.digest
    union all
    select t.manifest_id, substring(t.name from '[a-z]+$') from tags t
    where t.repository_id = s.repository_id and t.accessory_of = s.digest and t.manifest_id <> s.id) a
  group by a.id`;

const ACCESSORY_COLUMNS = `a.id, s.id as subject_id, s.digest as subject_digest, a.digest, ${totalSize('a')} as total_size, a.artifact_type,
  found.by_tag, a.created_at`;

export async function accessoriesOf(knex: Knex, ids: readonly number[]): Promise<ReadonlyMap<number, Accessory[]>> {
  const rows = await rowsOf<AccessoryRow>(
    knex,
    `select ${ACCESSORY_COLUMNS} from unnest(?::bigint[]) as wanted (id) join manifests s on s.id = wanted.id
     cross join lateral (${ACCESSORIES} order by a.id limit ?) found join manifests a on a.id = found.id order by a.id`,
    [ids, MAX_SHOWN],
  );
  return grouped(rows, (row) => row.subject_id, accessoryOf);
}

/** A page of one manifest's accessories, and how many there are; two statements. */
export async function listAccessories(
  knex: Knex,
  wanted: { readonly repositoryId: number; readonly manifestId: number; readonly artifactType: string | undefined },
  page: { readonly limit: number; readonly offset: number },
): Promise<{ items: readonly Accessory[]; total: number }> {
  const from = `manifests s cross join lateral (${ACCESSORIES}) found join manifests a on a.id = found.id
    where s.repository_id = ? and s.id = ? ${wanted.artifactType === undefined ? '' : 'and a.artifact_type = ?'}`;
  const bindings = [wanted.repositoryId, wanted.manifestId, ...(wanted.artifactType === undefined ? [] : [wanted.artifactType])];
  const [rows, totals] = await Promise.all([
    listedRowsOf<AccessoryRow>(knex, `select ${ACCESSORY_COLUMNS} from ${from} order by a.id limit ? offset ?`, [
      ...bindings,
      page.limit,
      page.offset,
    ]),
    listedRowsOf<{ total: number }>(knex, `select count(*) as total from ${from}`, bindings),
  ]);
  return { items: rows.map(accessoryOf), total: totals[0]?.total ?? 0 };
}

function accessoryOf(row: AccessoryRow): Accessory {
  return {
    manifestId: row.id,
    subjectId: row.subject_id,
    subjectDigest: row.subject_digest,
    digest: row.digest,
    size: row.total_size,
    artifactType: row.artifact_type ?? undefined,
    byTag: row.by_tag ?? undefined,
    createdAt: row.created_at,
  };
}

function grouped<Row, Item>(rows: readonly Row[], keyOf: (row: Row) => number, toItem: (row: Row) => Item): Map<number, Item[]> {
  const groups = new Map<number, Item[]>();
  for (const row of rows) {
    const key = keyOf(row);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [toItem(row)]);
    else group.push(toItem(row));
  }
  return groups;
}
