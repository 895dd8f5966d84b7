import { OPERATIONS } from '@berth/api-contract';
import { principalEndpoint } from '../endpoint.ts';
import { labelOfCall } from './label-of-call.ts';
import { labelNameTaken, noSuchLabel } from './label-rights.ts';

/** Scope and project stay; what is absent stays as it is. */
export const updateLabel = principalEndpoint(OPERATIONS.UpdateLabel, async (call) => {
  const label = await labelOfCall(call, 'update');
  const { name, description, color } = call.body;
  const change = {
    name: name === undefined || name === '' ? label.name : name,
    description: description ?? label.description,
    color: color ?? label.color,
  };
  const outcome = await call.parts.content.labels.update(label.id, change);
  if (outcome === 'absent') throw noSuchLabel();
  if (outcome === 'taken') throw labelNameTaken(change.name);
  return {};
});
