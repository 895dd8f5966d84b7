import type { RepositoryName, Tag } from '@berth/oci';
import type { CatalogScope, NamePage, PageAfter } from '@berth/registry';
import type { Knex } from 'knex';
import { plannedRowsOf, rowsOf } from '../transactions.ts';

/** One statement: the repository and a page of its tags. undefined when there is no such repository. */
export async function listTags(knex: Knex, repository: RepositoryName, page: PageAfter): Promise<NamePage<Tag> | undefined> {
  const rows = await rowsOf<{ names: Tag[] }>(
    knex,
    `select array(select t.name from tags t where t.repository_id = r.id and t.name > ? order by t.name limit ?) as names
     from repositories r where r.name = ? and r.deleted_at is null`,
    [startOf(page), page.limit + 1, repository],
  );
  return rows[0] && cut(rows[0].names, page.limit);
}

/** Repositories that hold a manifest, in byte order. */
export async function listRepositories(knex: Knex, scope: CatalogScope, page: PageAfter): Promise<NamePage<RepositoryName>> {
  const everything = scope === 'everything';
  const rows = await plannedRowsOf<{ name: RepositoryName }>(
    knex,
    `select r.name from repositories r
     where r.deleted_at is null and r.name > ?
       ${everything ? '' : 'and exists (select 1 from projects p where p.id = r.project_id and (p.public or p.id = any(?::bigint[]) or r.name ~ any(?::text[])))'}
       and exists (select 1 from manifests m where m.repository_id = r.id)
     order by r.name limit ?`,
    everything ? [startOf(page), page.limit + 1] : [startOf(page), scope.projectIds, scope.repositoryPatterns ?? [], page.limit + 1],
  );
  return cut(
    rows.map(({ name }) => name),
    page.limit,
  );
}

/** Postgres takes no NUL in a text. What comes after a name that holds one is what comes after the part before it. */
export function startOf({ after = '' }: PageAfter): string {
  const nul = after.indexOf('\0');
  return nul < 0 ? after : after.slice(0, nul);
}

/** One name more than asked for was read, only to know whether there is another page. */
function cut<Name extends string>(names: readonly Name[], limit: number): NamePage<Name> {
  return { names: names.slice(0, limit), more: names.length > limit };
}
