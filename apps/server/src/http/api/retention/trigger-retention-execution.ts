import { OPERATIONS } from '@berth/api-contract';
import { keyOfActor } from '../acting.ts';
import { API_BASE } from '../api-parts.ts';
import { noSuchPolicy, retentionEndpoint } from './retention-endpoint.ts';

export const triggerRetentionExecution = retentionEndpoint(
  OPERATIONS.triggerRetentionExecution,
  'operate',
  async ({ parts, actor, body }, { id }) => {
    const { retention, kickRetention } = parts.policy;
    const run = await retention.start(id, { trigger: 'Manual', dryRun: body.dry_run ?? false, actor: keyOfActor(actor) });
    if (run === undefined) throw noSuchPolicy();
    await kickRetention();
    return { headers: { location: `${API_BASE}/retentions/${id}/executions/${run}` } };
  },
);
