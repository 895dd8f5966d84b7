import type { Digest, RepositoryName } from '@berth/oci';
import { ManifestPinnedError } from '@berth/registry';
import type { Knex } from 'knex';
import { rowsOf } from '../transactions.ts';

/** SQL: manifest `m` is pinned. */
export const PINNED = 'exists (select 1 from manifest_pins x where x.manifest_id = m.id)';

/** Asked, as the others here, after the manifest is locked FOR UPDATE, in a statement of its own. */
export async function isPinned(transaction: Knex, manifestId: number): Promise<boolean> {
  return (await rowsOf(transaction, 'select 1 from manifest_pins where manifest_id = ?', [manifestId])).length > 0;
}

/** Throws ManifestPinnedError. */
export async function refusePinned(transaction: Knex, manifestId: number): Promise<void> {
  await refuseFirst(transaction, 'm.id = ?', manifestId);
}

/** The same for a whole repository that is locked. */
export async function refusePinnedIn(transaction: Knex, repositoryId: number): Promise<void> {
  await refuseFirst(transaction, 'm.repository_id = ?', repositoryId);
}

async function refuseFirst(transaction: Knex, where: string, value: number): Promise<void> {
  const rows = await rowsOf<{ name: RepositoryName; digest: Digest }>(
    transaction,
    `select r.name, m.digest from manifest_pins x join manifests m on m.id = x.manifest_id join repositories r on r.id = m.repository_id
     where ${where} order by m.id limit 1`,
    [value],
  );
  if (rows[0] !== undefined) throw new ManifestPinnedError(rows[0].name, rows[0].digest);
}
