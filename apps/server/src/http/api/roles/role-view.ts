import { isProjectAction, type ProjectAction, type Role, type RoleContent } from '@berth/access';
import type { role, roleContent } from '@berth/api-contract';
import { say } from '@berth/oci';
import type { z } from 'zod';
import { ApiError } from '../api-error.ts';

export function roleView(shown: Role): z.output<typeof role> {
  return {
    id: shown.id,
    name: shown.name,
    description: shown.description,
    built_in: shown.builtIn,
    permissions: [...shown.actions].map(wordsOf),
  };
}

/** `repository:push` as resource and action. */
export function wordsOf(word: string): { resource: string; action: string } {
  const [resource = '', action = ''] = word.split(':');
  return { resource, action };
}

export function roleFrom({ name, description, permissions }: z.output<typeof roleContent>): RoleContent {
  const trimmed = name.trim();
  if (trimmed === '' || trimmed.length > 64 || /\p{Cc}/u.test(trimmed))
    throw new ApiError('BAD_REQUEST', say('role-name-invalid')`A role has a name of 1 to 64 visible characters. Nothing was changed.`);
  const words = [...new Set(permissions.map(({ resource, action }) => `${resource}:${action}`))];
  const unknown = words.find((word) => !isProjectAction(word));
  if (unknown !== undefined || words.length === 0)
    throw new ApiError(
      'BAD_REQUEST',
      say(
        'permission-unknown',
      )`${{ permission: unknown ?? 'Nothing' }} is no permission in a project; GET /roles shows them. Nothing was changed.`,
    );
  return { name: trimmed, description, actions: words as ProjectAction[] };
}

export function noSuchRole(): ApiError {
  return new ApiError(
    'NOT_FOUND',
    say('role-not-own')`No role with this id exists that was made here; Harbor's own roles stay as they are. Nothing was changed.`,
  );
}
