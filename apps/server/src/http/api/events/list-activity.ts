import { type activity, OPERATIONS } from '@berth/api-contract';
import type { PastEvent, PastEventQuery } from '@berth/registry';
import type { z } from 'zod';
import { principalEndpoint } from '../endpoint.ts';
import { parseConditions, parseSort } from '../list-query.ts';
import { takeStructured, timeRange } from '../list-values.ts';
import { listReply, pageRequest } from '../paging.ts';

const FIELDS = { project: 'project', repository: 'repository', kind: 'kind', actor: 'actorName' } as const;

/** Everyone who signed in, about the repositories that the list of repositories shows him. */
export const listActivity = principalEndpoint(OPERATIONS.listActivity, async ({ parts, request, actor, query }) => {
  parseSort(query.sort, {});
  const scope = await parts.identity.standings.visible(actor);
  const { items, total } = await parts.live.past.list({ ...pageRequest(query), scope, ...filterOf(query.q) });
  return listReply(items.map(activityView), { request, query, total });
});

function filterOf(q: string | undefined): Partial<PastEventQuery> {
  const { rest, values } = takeStructured(q, ['time']);
  const time = values.get('time');
  const conditions = [...parseConditions(rest, Object.keys(FIELDS) as (keyof typeof FIELDS)[])];
  return {
    ...Object.fromEntries(conditions.map(([field, condition]) => [FIELDS[field], condition])),
    ...(time === undefined ? {} : timeRange(time, 'time')),
  };
}

function activityView({ id, kind, repository, digest, tag, actorName, at }: PastEvent): z.output<typeof activity> {
  return {
    ...{ id, kind, repository, actor: actorName, time: at.toISOString() },
    ...(digest === undefined ? {} : { digest }),
    ...(tag === undefined ? {} : { tag }),
  };
}
