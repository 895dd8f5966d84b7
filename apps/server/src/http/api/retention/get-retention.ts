import { OPERATIONS } from '@berth/api-contract';
import { retentionEndpoint } from './retention-endpoint.ts';
import { policyView } from './retention-view.ts';

export const getRetention = retentionEndpoint(OPERATIONS.getRetention, 'read', async (_call, policy) => ({ json: policyView(policy) }));
