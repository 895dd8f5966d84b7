import { OPERATIONS } from '@berth/api-contract';
import { principalEndpoint } from '../endpoint.ts';
import { labelOfCall } from './label-of-call.ts';
import { noSuchLabel } from './label-rights.ts';

export const deleteLabel = principalEndpoint(OPERATIONS.DeleteLabel, async (call) => {
  const label = await labelOfCall(call, 'delete');
  if (!(await call.parts.content.labels.remove(label.id))) throw noSuchLabel();
  return {};
});
