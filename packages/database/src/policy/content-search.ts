import type { CatalogScope, ContentCounts, ContentSearch, SearchHits, SearchQuery, StorageTotals } from '@berth/registry';
import type { Knex } from 'knex';
import { containsPattern, isSearchable } from '../access/name-keys.ts';
import { artifactCount } from '../content/artifact-sql.ts';
import { listedRowsOf } from '../list-places.ts';

const NOTHING: SearchHits = { projectIds: [], repositories: [], tags: [], manifests: [] };
const LIVING = 'r.deleted_at is null and p.deleted_at is null and exists (select 1 from manifests f where f.repository_id = r.id)';
/** Shorter text would match half of all digests. */
const MIN_DIGEST_LENGTH = 6;
const IN_TAG_NAMES = /^[\w.-]{1,128}$/;

/** Conditions over `p` (projects) and, where there is one, `r` (repositories), with their bindings. */
interface Seen {
  readonly projects: string;
  readonly repositories: string;
  readonly projectBindings: readonly unknown[];
  readonly repositoryBindings: readonly unknown[];
}

function seen(scope: CatalogScope): Seen {
  if (scope === 'everything') return { projects: 'true', repositories: 'true', projectBindings: [], repositoryBindings: [] };
  const { projectIds, repositoryPatterns = [] } = scope;
  const narrowed = 'narrowedProjectIds' in scope ? (scope.narrowedProjectIds as readonly number[]) : [];
  return {
    projects: '(p.public or p.id = any(?::bigint[]))',
    repositories: '(p.public or p.id = any(?::bigint[]) or r.name ~ any(?::text[]))',
    projectBindings: [[...projectIds, ...narrowed]],
    repositoryBindings: [projectIds, repositoryPatterns],
  };
}

export function createContentSearch(knex: Knex): ContentSearch {
  return {
    find: (query) => find(knex, query),
    count: (scope) => count(knex, scope),

    async storage() {
      const rows = await listedRowsOf<StorageTotals>(
        knex,
        `with counted as (select blob_id, max(size) as size, count(*) as projects from project_blobs group by blob_id)
         select (select coalesce(sum(used_bytes), 0) from project_quotas)::bigint as charged,
           (select coalesce(sum(size), 0) from blobs)::bigint as physical,
           (select coalesce(sum(size * (projects - 1)), 0) from counted)::bigint as shared,
           (select coalesce(sum(b.size), 0) from blobs b where not exists (select 1 from counted c where c.blob_id = b.id))::bigint as pending`,
        [],
      );
      return rows[0] ?? { charged: 0, physical: 0, shared: 0, pending: 0 };
    },
  };
}

async function find(knex: Knex, { text, scope, limit }: SearchQuery): Promise<SearchHits> {
  if (!isSearchable(text, undefined)) return NOTHING;
  const may = seen(scope);
  const part = containsPattern(text.toLowerCase());
  const digest = digestPattern(text);
  const [projects, repositories, tags, manifests] = await Promise.all([
    listedRowsOf<{ id: number }>(
      knex,
      `select p.id from projects p where p.deleted_at is null and p.name like ? and ${may.projects} order by p.name limit ?`,
      [part, ...may.projectBindings, limit],
    ),
    listedRowsOf<SearchHits['repositories'][number]>(
      knex,
      `select p.id as "projectId", p.name as "projectName", p.public as "projectPublic", r.name,
         coalesce((select c.pull_count from repository_traffic c where c.repository_id = r.id), 0) as "pullCount",
         ${artifactCount('r')} as "artifactCount"
       from repositories r join projects p on p.id = r.project_id
       where ${LIVING} and r.name like ? and ${may.repositories} order by r.name limit ?`,
      [part, ...may.repositoryBindings, limit],
    ),
    // The names of all tags are read for a part of one: not for what no tag can have in its name.
    IN_TAG_NAMES.test(text)
      ? listedRowsOf<SearchHits['tags'][number]>(
          knex,
          `select p.id as "projectId", r.name as repository, t.name as tag, m.digest
           from tags t join repositories r on r.id = t.repository_id join projects p on p.id = r.project_id join manifests m on m.id = t.manifest_id
           where r.deleted_at is null and p.deleted_at is null and t.accessory_of is null and t.name like ? and ${may.repositories}
           order by t.name, t.repository_id limit ?`,
          [containsPattern(text), ...may.repositoryBindings, limit],
        )
      : [],
    // By the contents, whose digests have an index of their own.
    digest === undefined
      ? []
      : listedRowsOf<SearchHits['manifests'][number]>(
          knex,
          `select p.id as "projectId", r.name as repository, m.digest
           from manifest_contents c join manifests m on m.content_id = c.id
           join repositories r on r.id = m.repository_id join projects p on p.id = r.project_id
           where r.deleted_at is null and p.deleted_at is null and c.digest like ? and ${may.repositories} order by r.name, m.digest limit ?`,
          [digest, ...may.repositoryBindings, limit],
        ),
  ]);
  return { projectIds: projects.map(({ id }) => id), repositories, tags, manifests };
}

/** The beginning of a digest, with or without its algorithm, as a pattern; undefined where the text is none. */
function digestPattern(text: string): string | undefined {
  const match = /^(?:(sha256|sha512):)?([a-f0-9]{1,128})$/.exec(text);
  const [, algorithm = 'sha256', beginning = ''] = match ?? [];
  return beginning.length < MIN_DIGEST_LENGTH ? undefined : `${algorithm}:${beginning}%`;
}

async function count(knex: Knex, scope: CatalogScope): Promise<ContentCounts> {
  const may = seen(scope);
  const [projects, repositories] = await Promise.all([
    listedRowsOf<{ public: boolean; total: number }>(
      knex,
      `select p.public, count(*) as total from projects p where p.deleted_at is null and ${may.projects} group by p.public`,
      may.projectBindings,
    ),
    listedRowsOf<{ public: boolean; total: number }>(
      knex,
      `select p.public, count(*) as total from repositories r join projects p on p.id = r.project_id
       where ${LIVING} and ${may.repositories} group by p.public`,
      may.repositoryBindings,
    ),
  ]);
  const of = (rows: readonly { public: boolean; total: number }[], isPublic: boolean): number =>
    rows.find((row) => row.public === isPublic)?.total ?? 0;
  return {
    privateProjects: of(projects, false),
    publicProjects: of(projects, true),
    privateRepositories: of(repositories, false),
    publicRepositories: of(repositories, true),
  };
}
