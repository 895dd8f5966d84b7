import type { RepositoryName, Tag } from '@berth/oci';
import { ImmutableTagError, immutableTags, type TagRule } from '@berth/registry';
import type { Knex } from 'knex';
import { rowsOf } from '../transactions.ts';

/** Throws ImmutableTagError when a rule of the project keeps one of these tags where it is. In the transaction that would move or remove them. */
export async function refuseImmutable(transaction: Knex, repositoryId: number, tags: readonly Tag[]): Promise<void> {
  if (tags.length === 0) return;
  const rows = await rowsOf<{ name: RepositoryName; rule: TagRule }>(
    transaction,
    `select r.name, i.rule from repositories r join immutable_rules i on i.project_id = r.project_id
     where r.id = ? and not i.disabled`,
    [repositoryId],
  );
  const [first] = rows;
  if (first === undefined) return;
  const [kept] = immutableTags(
    rows.map(({ rule }) => rule),
    first.name,
    tags,
  );
  if (kept !== undefined) throw new ImmutableTagError(first.name, kept);
}
