import type { trashEntry } from '@berth/api-contract';
import { type Actor, type ProjectStanding } from '@berth/access';
import { followedBy, say } from '@berth/oci';
import { type TrashEntry, type TrashKind, type TrashQuery } from '@berth/registry';
import type { z } from 'zod';
import { keyOfActor } from '../acting.ts';
import { ApiError } from '../api-error.ts';
import type { ApiParts } from '../api-parts.ts';
import { parseConditions, parseSort } from '../list-query.ts';
import { type PageQuery, pageRequest } from '../paging.ts';

const KINDS: readonly TrashKind[] = ['tag', 'artifact', 'repository', 'project'];
const SORT_FIELDS = { id: 'id', deletion_time: 'deletedAt', expiry_time: 'expiresAt', size: 'size', name: 'name' };

type ListQuery = PageQuery & { readonly q?: string | undefined; readonly sort?: string | undefined };

export function trashQuery(query: ListQuery): TrashQuery {
  const conditions = parseConditions(query.q, ['kind', 'name']);
  const name = conditions.get('name')?.value;
  const wanted = conditions.get('kind')?.value;
  const kind = KINDS.find((known) => known === wanted);
  if (wanted !== undefined && kind === undefined)
    throw new ApiError('BAD_REQUEST', say('trash-kind')`q takes kind=${{ known: KINDS.join(', kind=') }}.`);
  return {
    ...pageRequest(query, parseSort(query.sort, SORT_FIELDS)),
    ...(name === undefined ? {} : { namePart: name }),
    ...(kind === undefined ? {} : { kind }),
  };
}

export function trashView(shown: TrashEntry): z.output<typeof trashEntry> {
  return {
    id: shown.id,
    kind: shown.kind,
    project_id: shown.projectId,
    project_name: shown.projectName,
    name: shown.name,
    ...(shown.tag === undefined ? {} : { tag: shown.tag }),
    ...(shown.digest === undefined ? {} : { digest: shown.digest }),
    tags: [...shown.tags],
    size: shown.size,
    deleted_by: shown.deletedByName,
    deletion_time: shown.deletedAt.toISOString(),
    expiry_time: shown.expiresAt.toISOString(),
  };
}

interface TrashCall {
  readonly parts: ApiParts;
  readonly actor: Actor;
  readonly params: { readonly trash_id: number };
}

/** Without a standing: any entry. */
export async function restoreEntry({ parts, actor, params }: TrashCall, standing?: ProjectStanding): Promise<void> {
  const entry = await parts.content.trash.find(params.trash_id, standing?.projectId);
  const outcome = await parts.content.trash.restore(entry, keyOfActor(actor));
  if (entry.kind === 'project') parts.identity.standings.forget();
  if (outcome === 'taken') {
    const what =
      entry.kind === 'tag'
        ? say('trash-tag-moved')`The tag ${{ tag: entry.tag ?? '' }} points elsewhere now`
        : say('trash-name-taken')`Another ${{ kind: entry.kind }} has the name ${{ name: entry.name }} now`;
    throw new ApiError('CONFLICT', followedBy(what, ', so nothing was restored; the entry stays in the trash.'));
  }
  if (outcome === 'gone')
    throw new ApiError('PRECONDITION', say('trash-gone')`What this entry needs is gone for good, so it cannot be restored.`);
}

export async function purgeEntry({ parts, params }: TrashCall, standing?: ProjectStanding): Promise<void> {
  const entry = await parts.content.trash.find(params.trash_id, standing?.projectId);
  if (!(await parts.content.trash.purge(entry)))
    throw new ApiError('NOT_FOUND', say('trash-just-gone')`The entry was restored or purged a moment ago.`);
}
