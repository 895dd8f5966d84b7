import { OPERATIONS } from '@berth/api-contract';
import { say } from '@berth/oci';
import { parseConditions, parseSort } from '../list-query.ts';
import { ApiError } from '../api-error.ts';
import { listReply, pageRequest } from '../paging.ts';
import { findTask, retentionEndpoint } from './retention-endpoint.ts';
import { decisionView } from './retention-view.ts';

/** `q=action=delete` leaves out what stays. */
export const listRetentionDecisions = retentionEndpoint(OPERATIONS.listRetentionDecisions, 'read', async (call) => {
  const { parts, request, query } = call;
  parseSort(query.sort, {});
  const action = actionOf(parseConditions(query.q, ['action']).get('action')?.value);
  const { id } = await findTask(call);
  const wanted = { ...pageRequest(query), ...(action === undefined ? {} : { action }) };
  const { items, total } = await parts.policy.retention.decisions(id, wanted);
  return listReply(items.map(decisionView), { request, query, total });
});

function actionOf(text: string | undefined): 'retain' | 'delete' | undefined {
  if (text === undefined || text === 'retain' || text === 'delete') return text;
  throw new ApiError('BAD_REQUEST', say('decision-action')`The action of a decision is retain or delete.`);
}
