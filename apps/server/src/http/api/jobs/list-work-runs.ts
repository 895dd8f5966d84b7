import { OPERATIONS } from '@berth/api-contract';
import { say } from '@berth/oci';
import type { WorkStatus } from '@berth/registry';
import { ApiError } from '../api-error.ts';
import { systemEndpoint } from '../endpoint.ts';
import { parseConditions, parseSort } from '../list-query.ts';
import { listReply, pageRequest } from '../paging.ts';
import { workRunView } from './job-view.ts';

const STATUSES: readonly WorkStatus[] = ['Pending', 'Running', 'Success', 'Error', 'Stopped'];

export const listWorkRuns = systemEndpoint(OPERATIONS.listWorkRuns, 'jobservice-monitor:list', async ({ parts, request, query }) => {
  parseSort(query.sort, {});
  const conditions = parseConditions(query.q, ['kind', 'status']);
  const [kind, status] = [conditions.get('kind')?.value, statusOf(conditions.get('status')?.value)];
  const { items, total } = await parts.longWork.work.list({
    ...pageRequest(query),
    ...(kind === undefined ? {} : { kind }),
    ...(status === undefined ? {} : { status }),
  });
  return listReply(items.map(workRunView), { request, query, total });
});

function statusOf(text: string | undefined): WorkStatus | undefined {
  if (text === undefined) return undefined;
  const status = STATUSES.find((each) => each === text);
  if (status === undefined) throw new ApiError('BAD_REQUEST', say('status-unknown')`A status is one of ${{ known: STATUSES.join(', ') }}.`);
  return status;
}
