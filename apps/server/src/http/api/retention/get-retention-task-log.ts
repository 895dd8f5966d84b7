import { OPERATIONS } from '@berth/api-contract';
import type { RetentionOutcome, RetentionRecords, RetentionTask } from '@berth/registry';
import { findTask, retentionEndpoint } from './retention-endpoint.ts';
import { decisionView } from './retention-view.ts';

const PAGE_SIZE = 1_000;

export const getRetentionTaskLog = retentionEndpoint(OPERATIONS.getRetentionTaskLog, 'read', async (call) => ({
  stream: lines(call.parts.policy.retention, await findTask(call)),
}));

async function* lines(records: RetentionRecords, task: RetentionTask): AsyncGenerator<string> {
  yield `${task.repository}: ${task.retained} of ${task.total} artifacts stay. ${task.status}.\n`;
  for (let page = 1; ; page += 1) {
    const { items } = await records.decisions(task.id, { page, pageSize: PAGE_SIZE });
    for (const decision of items) yield line(decision);
    if (items.length < PAGE_SIZE) return;
  }
}

function line(decision: RetentionOutcome): string {
  const { digest, tags, action, because, outcome } = decisionView(decision);
  const name = tags.length === 0 ? 'untagged' : tags.join(', ');
  return `${action === 'retain' ? 'RETAIN' : 'DELETE'} ${digest} (${name}): ${because}${outcome === undefined ? '' : ` ${outcome}`}\n`;
}
