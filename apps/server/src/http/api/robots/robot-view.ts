import type { Robot } from '@berth/access';
import type { robot } from '@berth/api-contract';
import type { z } from 'zod';
import { permissionView } from './robot-rights.ts';

export function robotView(shown: Robot): z.output<typeof robot> {
  return {
    id: shown.id,
    name: shown.fullName,
    description: shown.description,
    level: shown.projectId === undefined ? 'system' : 'project',
    duration: shown.durationDays,
    editable: true,
    disable: shown.disabled,
    expires_at: secondsOf(shown.expiresAt),
    permissions: shown.permissions.map(permissionView),
    creator_type: shown.creator.kind === 'user' ? 'local' : 'robot',
    creator_ref: shown.creator.id,
    creation_time: shown.createdAt.toISOString(),
    update_time: shown.updatedAt.toISOString(),
  };
}

/** Harbor: seconds since the epoch, -1 for never. */
export function secondsOf(time: Date | undefined): number {
  return time === undefined ? -1 : Math.floor(time.getTime() / 1000);
}
