import { OciError, projectOf, type RepositoryName } from '@berth/oci';
import type { Knex } from 'knex';
import { rowsOf } from '../transactions.ts';

export interface RepositoryRow {
  readonly id: number;
  readonly project_id: number;
}

const MAX_ATTEMPTS = 5;

/** Locks the living repository of that name against deletion, until the transaction ends. */
export async function lockRepository(transaction: Knex, name: RepositoryName): Promise<RepositoryRow | undefined> {
  const rows = await rowsOf<RepositoryRow>(
    transaction,
    'select id, project_id from repositories where name = ? and deleted_at is null for key share',
    [name],
  );
  return rows[0];
}

/** Like {@link lockRepository}, creating the row where it is missing. Throws NAME_UNKNOWN when the project does not exist. */
export async function lockOrCreateRepository(transaction: Knex, name: RepositoryName): Promise<RepositoryRow> {
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt += 1) {
    const found = await lockRepository(transaction, name);
    if (found !== undefined) return found;
    // The project is locked, so that it cannot be deleted around its new repository.
    const created = await rowsOf<RepositoryRow>(
      transaction,
      `insert into repositories (project_id, name)
       select id, ? from projects where name = ? and deleted_at is null for key share
       on conflict (name) where deleted_at is null do nothing
       returning id, project_id`,
      [name, projectOf(name)],
    );
    if (created[0] !== undefined) return created[0];
    // Either another transaction created it just now, or there is no such project: one more look tells.
    if (attempt >= 2 && !(await projectExists(transaction, name))) break;
  }
  throw new OciError('NAME_UNKNOWN', `The project "${projectOf(name)}" does not exist; create it first. Nothing was stored.`);
}

async function projectExists(transaction: Knex, name: RepositoryName): Promise<boolean> {
  const rows = await rowsOf(transaction, 'select 1 from projects where name = ? and deleted_at is null', [projectOf(name)]);
  return rows.length > 0;
}
