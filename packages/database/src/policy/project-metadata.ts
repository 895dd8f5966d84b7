import type { ProjectMetadata } from '@berth/access';
import type { Knex } from 'knex';
import { rowsOf } from '../transactions.ts';

interface MetadataRow {
  readonly project_id: number;
  readonly name: string;
  readonly value: string;
}

export function createProjectMetadata(knex: Knex): ProjectMetadata {
  const ofAll = async (projectIds: readonly number[]): Promise<ReadonlyMap<number, Readonly<Record<string, string>>>> => {
    const rows = await rowsOf<MetadataRow>(
      knex,
      'select project_id, name, value from project_metadata where project_id = any(?::bigint[]) order by project_id, name',
      [projectIds],
    );
    const found = new Map<number, Record<string, string>>();
    for (const { project_id: id, name, value } of rows) found.set(id, { ...found.get(id), [name]: value });
    return found;
  };
  return {
    ofAll,
    of: async (projectId) => (await ofAll([projectId])).get(projectId) ?? {},

    async set(projectId, values) {
      const entries = Object.entries(values);
      if (entries.length === 0) return;
      await rowsOf(
        knex,
        `insert into project_metadata (project_id, name, value) select ?, name, value from unnest(?::text[], ?::text[]) as given (name, value)
         on conflict (project_id, name) do update set value = excluded.value, updated_at = now()`,
        [projectId, entries.map(([name]) => name), entries.map(([, value]) => value)],
      );
    },

    async remove(projectId, name) {
      const rows = await rowsOf(knex, 'delete from project_metadata where project_id = ? and name = ? returning 1', [projectId, name]);
      return rows.length > 0;
    },
  };
}
