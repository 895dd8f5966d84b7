import type { QuotaEvent, QuotaEvents } from '@berth/registry';
import type { Knex } from 'knex';
import { readPage } from '../access/paging.ts';

interface EventRow {
  readonly id: number;
  readonly kind: QuotaEvent['kind'];
  readonly created_at: Date;
  readonly detail: Pick<QuotaEvent, 'used' | 'hard' | 'needed'>;
}

/** What migration 0031 and the refusals of pushes tell of quotas. */
export function createQuotaEvents(knex: Knex): QuotaEvents {
  return {
    list: (projectId, page) =>
      readPage<EventRow, QuotaEvent>(
        knex,
        {
          select: 'id, kind, created_at, detail',
          from: `project_events where project_id = ? and kind in ('quota warning', 'quota exceeded')`,
          bindings: [projectId],
          sortable: { id: 'id' },
          defaultSort: [],
          tieBreak: 'id desc',
          toItem: ({ id, kind, created_at: createdAt, detail: { used, hard, needed } }) => ({
            id,
            kind,
            createdAt,
            used,
            hard,
            ...(needed === undefined ? {} : { needed }),
          }),
        },
        page,
      ),
  };
}
