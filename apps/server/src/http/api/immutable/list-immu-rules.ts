import { OPERATIONS } from '@berth/api-contract';
import { projectEndpoint } from '../endpoint.ts';
import { parseConditions, parseSort } from '../list-query.ts';
import { listReply, pageRequest } from '../paging.ts';
import { ruleView } from './rule-from-body.ts';

export const listImmuRules = projectEndpoint(
  OPERATIONS.ListImmuRules,
  'immutable-tag:list',
  async ({ parts, request, query }, standing) => {
    parseConditions(query.q, []);
    const { items, total } = await parts.policy.immutableRules.list(
      standing.projectId,
      pageRequest(query, parseSort(query.sort, { id: 'id' })),
    );
    return listReply(items.map(ruleView), { request, query, total });
  },
);
