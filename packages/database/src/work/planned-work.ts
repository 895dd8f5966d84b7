import type { Knex } from 'knex';
import { rowsOf } from '../transactions.ts';

/** Something that starts by itself. */
export interface PlannedWork {
  /** Harbor's word, such as GARBAGE_COLLECTION. */
  readonly vendorType: string;
  /** What of that type: a policy; 0 where there is only one. */
  readonly vendorId: number;
  readonly cron: string;
  readonly updatedAt: Date;
}

export interface PlannedWorks {
  /** By type and id. */
  list(page: {
    readonly page: number;
    readonly pageSize: number;
  }): Promise<{ readonly items: readonly PlannedWork[]; readonly total: number }>;
}

interface Row {
  readonly vendor_type: string;
  readonly vendor_id: number;
  readonly cron: string;
  readonly updated_at: Date;
}

const ALL = `(
  select 'GARBAGE_COLLECTION' as vendor_type, 0::bigint as vendor_id, value->>'cron' as cron, updated_at from settings where name = 'garbage schedule'
  union all select upper(replace(kind, '-', '_')), 0, cron, saved_at from work_schedules
  union all select 'RETENTION', r.id, r.cron, r.updated_at
    from retention_policies r join projects p on p.id = r.project_id where r.cron <> '' and p.deleted_at is null) planned`;

export function createPlannedWorks(knex: Knex): PlannedWorks {
  return {
    async list({ page, pageSize }) {
      const rows = await rowsOf<Row>(knex, `select * from ${ALL} order by vendor_type, vendor_id limit ? offset ?`, [
        pageSize,
        (page - 1) * pageSize,
      ]);
      const totals = await rowsOf<{ total: number }>(knex, `select count(*)::integer as total from ${ALL}`, []);
      return {
        items: rows.map((row) => ({ vendorType: row.vendor_type, vendorId: row.vendor_id, cron: row.cron, updatedAt: row.updated_at })),
        total: totals[0]?.total ?? 0,
      };
    },
  };
}
