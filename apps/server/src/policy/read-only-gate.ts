import { after, type LiveSettings } from '@berth/access';
import { OciError, say } from '@berth/oci';
import type { Admitted, Gate, Need } from '../http/v2/gate.ts';

export const READ_ONLY = say(
  'read-only',
)`The registry is in read-only mode: nothing can be pushed, deleted or changed until a system administrator ends it. Nothing was changed.`;

/** A gate behind which nothing is written while the setting says so; pulling asks nothing more. */
export function readOnlyGate(gate: Gate, settings: Pick<LiveSettings, 'get'>): Gate {
  return {
    admit: (request, need) =>
      after(gate.admit(request, need), (admitted): Admitted | Promise<Admitted> => {
        // HEAD and GET below a push only look.
        if (!writes(need) || request.method === 'GET' || request.method === 'HEAD') return admitted;
        return after(settings.get(), ({ read_only: readOnly }) => {
          if (readOnly) throw new OciError('DENIED', READ_ONLY);
          return admitted;
        });
      }),
  };
}

function writes(need: Need): boolean {
  return need.action === 'push' || need.action === 'delete';
}
