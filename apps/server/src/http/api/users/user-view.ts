import type { User } from '@berth/access';
import type { user } from '@berth/api-contract';
import { say } from '@berth/oci';
import type { z } from 'zod';
import { ApiError } from '../api-error.ts';
import type { ApiParts } from '../api-parts.ts';

export function userView(shown: User): z.output<typeof user> {
  return {
    user_id: shown.id,
    username: shown.username,
    email: shown.email,
    realname: shown.realname,
    comment: shown.comment,
    sysadmin_flag: shown.systemAdmin,
    admin_role_in_auth: false,
    creation_time: shown.createdAt.toISOString(),
    update_time: shown.updatedAt.toISOString(),
  };
}

/** As a person sees himself. */
export async function ownView(call: { readonly parts: ApiParts }, id: number): Promise<z.output<typeof user>> {
  const [shown, generated] = await Promise.all([findUser(call, id), call.parts.identity.stores.users.hasGeneratedPassword(id)]);
  return { ...userView(shown), password_generated: generated };
}

export async function findUser({ parts }: { readonly parts: ApiParts }, id: number): Promise<User> {
  const found = await parts.identity.stores.users.find(id);
  if (found === undefined) throw noSuchUser();
  return found;
}

export function noSuchUser(): ApiError {
  return new ApiError('NOT_FOUND', say('no-such-user')`No user has this id. Nothing was changed.`);
}
