import { OPERATIONS } from '@berth/api-contract';
import { labelView } from '../artifacts/artifact-view.ts';
import { principalEndpoint } from '../endpoint.ts';
import { labelOfCall } from './label-of-call.ts';

export const getLabel = principalEndpoint(OPERATIONS.GetLabelByID, async (call) => ({ json: labelView(await labelOfCall(call, 'read')) }));
