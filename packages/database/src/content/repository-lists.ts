import type { RepositoryName } from '@berth/oci';
import type { ContentPage, Repository, RepositoryQuery } from '@berth/registry';
import type { Knex } from 'knex';
import { containsPattern, isSearchable } from '../access/name-keys.ts';
import { rowsOf } from '../transactions.ts';
import { artifactCount } from './artifact-sql.ts';
import { inOrder, readKeys } from './key-page.ts';

interface RepositoryRow {
  readonly id: number;
  readonly project_id: number;
  readonly name: RepositoryName;
  readonly description: string;
  readonly artifact_count: number;
  readonly pull_count: number;
  readonly created_at: Date;
  readonly updated_at: Date;
}

const UPDATED = 'greatest(r.updated_at, c.pushed_at)';
const SELECT = `select r.id, r.project_id, r.name, r.description, r.created_at, ${UPDATED} as updated_at,
  coalesce(c.pull_count, 0) as pull_count,
  ${artifactCount('r')} as artifact_count
from repositories r left join repository_traffic c on c.repository_id = r.id`;
/** An upload alone makes a row, too. */
const FILLED = 'r.deleted_at is null and exists (select 1 from manifests m where m.repository_id = r.id)';

export async function listRepositoriesOf(knex: Knex, query: RepositoryQuery): Promise<ContentPage<Repository>> {
  if (!isSearchable(query.namePart, query.exactName)) return { items: [], total: 0 };
  const conditions = [FILLED];
  const bindings: unknown[] = [];
  const add = (condition: string, ...values: unknown[]): void => {
    conditions.push(condition);
    bindings.push(...values);
  };
  const { scope } = query;
  if (scope !== 'everything' && 'projectId' in scope) {
    add('r.project_id = ?', scope.projectId);
    if (scope.repositoryPatterns !== undefined) add('r.name ~ any(?::text[])', scope.repositoryPatterns);
  } else {
    add('exists (select 1 from projects p where p.id = r.project_id and p.deleted_at is null)');
    if (scope !== 'everything')
      add(
        'exists (select 1 from projects p where p.id = r.project_id and (p.public or p.id = any(?::bigint[]) or r.name ~ any(?::text[])))',
        scope.projectIds,
        scope.repositoryPatterns ?? [],
      );
  }
  if (query.exactName !== undefined) add('r.name = ?', query.exactName);
  if (query.namePart !== undefined) add('r.name like ?', containsPattern(query.namePart.toLowerCase()));
  const { keys, total } = await readKeys<number>(
    knex,
    {
      key: 'r.id',
      from: `repositories r left join repository_traffic c on c.repository_id = r.id where ${conditions.join(' and ')}`,
      bindings,
      sortable: { id: 'r.id', name: 'r.name', createdAt: 'r.created_at', updatedAt: UPDATED, pullCount: 'coalesce(c.pull_count, 0)' },
      defaultSort: [{ field: 'name', descending: false }],
      tieBreak: 'r.id',
    },
    query,
  );
  if (keys.length === 0) return { items: [], total };
  const rows = await rowsOf<RepositoryRow>(knex, `${SELECT} where r.id = any(?::bigint[])`, [keys]);
  return { items: inOrder(keys, new Map(rows.map((row) => [row.id, repositoryOf(row)]))), total };
}

export async function findRepository(knex: Knex, name: RepositoryName): Promise<Repository | undefined> {
  const rows = await rowsOf<RepositoryRow>(knex, `${SELECT} where r.name = ? and ${FILLED}`, [name]);
  return rows[0] && repositoryOf(rows[0]);
}

function repositoryOf(row: RepositoryRow): Repository {
  return {
    id: row.id,
    projectId: row.project_id,
    name: row.name,
    description: row.description,
    artifactCount: row.artifact_count,
    pullCount: row.pull_count,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}
