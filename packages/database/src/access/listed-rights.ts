import type { ListedRights, RobotPermission } from '@berth/access';
import type { Knex } from 'knex';
import { rowsOf } from '../transactions.ts';

/** One row of listed_rights as JSON. */
export interface RightsRow {
  readonly kind: 'system' | 'project' | 'every project';
  readonly project_id: number | null;
  readonly project_name: string | null;
  readonly actions: readonly string[];
}

/** An SQL expression: the rights of the row `holder` points at, as an array of {@link RightsRow}. Rights in a deleted project are void. */
export function rightsOf(holder: 'robot_id' | 'access_token_id', id: string): string {
  return `array(select json_build_object('kind', l.kind, 'project_id', l.project_id, 'project_name', p.name, 'actions', l.actions)
    from listed_rights l left join projects p on p.id = l.project_id and p.deleted_at is null
    where l.${holder} = ${id} and (l.project_id is null or p.id is not null) order by l.id)`;
}

export function permissionOf(row: RightsRow): RobotPermission {
  return {
    where: row.kind === 'project' ? { projectId: row.project_id ?? 0 } : row.kind,
    projectName: row.project_name ?? undefined,
    actions: row.actions,
  };
}

/** Inside the transaction that makes or changes the holder. */
export async function writeRights(
  transaction: Knex,
  { holder, id }: { readonly holder: 'robot_id' | 'access_token_id'; readonly id: number },
  rights: readonly ListedRights[],
): Promise<void> {
  await rowsOf(transaction, `delete from listed_rights where ${holder} = ?`, [id]);
  for (const { where, actions } of rights) {
    const projectId = typeof where === 'string' ? null : where.projectId;
    await rowsOf(transaction, `insert into listed_rights (${holder}, kind, project_id, actions) values (?, ?, ?, ?::text[])`, [
      id,
      typeof where === 'string' ? where : 'project',
      projectId,
      actions,
    ]);
  }
}
