import type { Digest, RepositoryName, Tag } from '@berth/oci';
import type { PastEvent } from '@berth/registry';
import { actorName } from '../content/actor-names.ts';

export interface EventRow {
  readonly id: number;
  readonly kind: string;
  readonly repository: RepositoryName;
  readonly digest: Digest | null;
  readonly tag: Tag | null;
  readonly actor_name: string;
  readonly created_at: Date;
}

/** Of events `e` of repositories `r`. */
export const EVENT_COLUMNS = `e.id, e.kind, r.name as repository, e.digest, e.tag, ${actorName('e.actor')} as actor_name, e.created_at`;

export function eventOf(row: EventRow): PastEvent {
  return {
    ...{ id: row.id, kind: row.kind, repository: row.repository, actorName: row.actor_name, at: row.created_at },
    ...{ digest: row.digest ?? undefined, tag: row.tag ?? undefined },
  };
}
