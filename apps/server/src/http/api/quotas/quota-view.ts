import type { quota } from '@berth/api-contract';
import type { Quota } from '@berth/registry';
import type { z } from 'zod';

/** A project has one quota: its id is the project's. */
export function quotaView(shown: Quota): z.output<typeof quota> {
  return {
    id: shown.projectId,
    ref: { id: shown.projectId, name: shown.projectName, owner_name: shown.ownerName },
    hard: { storage: shown.hardBytes },
    used: { storage: shown.usedBytes },
    creation_time: shown.createdAt.toISOString(),
    update_time: shown.updatedAt.toISOString(),
  };
}
