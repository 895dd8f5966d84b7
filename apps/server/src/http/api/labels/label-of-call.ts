import type { Label } from '@berth/registry';
import type { Call } from '../endpoint.ts';
import { noSuchLabel, requireLabelRight } from './label-rights.ts';

/** The label that the path names. To whom it is not to be seen, it does not exist. */
export async function labelOfCall(call: Call<{ readonly label_id: number }>, action: 'read' | 'update' | 'delete'): Promise<Label> {
  const label = await call.parts.content.labels.find(call.params.label_id);
  if (label === undefined) throw noSuchLabel();
  if (label.projectId !== undefined && action !== 'read') await requireLabelRight(call, label.projectId, 'read').catch(hide);
  if (action === 'read') await requireLabelRight(call, label.projectId, 'read').catch(hide);
  else await requireLabelRight(call, label.projectId, action);
  return label;
}

function hide(): never {
  throw noSuchLabel();
}
