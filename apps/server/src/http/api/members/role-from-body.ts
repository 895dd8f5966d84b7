import { isRoleId, type RoleId } from '@berth/access';
import { ApiError } from '../api-error.ts';

export function roleFromBody(id: number): RoleId {
  if (isRoleId(id)) return id;
  throw new ApiError(
    'BAD_REQUEST',
    'role_id must be 1 (project administrator), 2 (developer), 3 (guest), 4 (maintainer) or 5 (limited guest). Nothing was changed.',
  );
}

/** A member of another project is as absent as one that never was. */
export function noSuchMember(): ApiError {
  return new ApiError('NOT_FOUND', 'The project has no member with this id. Nothing was changed.');
}
