import { OPERATIONS } from '@berth/api-contract';
import { say } from '@berth/oci';
import { ApiError } from '../api-error.ts';
import { findExecution, retentionEndpoint } from './retention-endpoint.ts';

/** A run that is over stays as it ended. */
export const operateRetentionExecution = retentionEndpoint(OPERATIONS.operateRetentionExecution, 'operate', async (call) => {
  if (call.body.action !== 'stop')
    throw new ApiError('BAD_REQUEST', say('run-action')`The action of a run is "stop". Nothing was changed.`);
  const { id } = await findExecution(call);
  await call.parts.policy.retention.stop(id);
  return {};
});
