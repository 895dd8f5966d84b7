import type { UserGroup } from '@berth/access';
import type { userGroup } from '@berth/api-contract';
import { say } from '@berth/oci';
import type { z } from 'zod';
import { ApiError } from '../api-error.ts';
import type { ApiParts } from '../api-parts.ts';

export function groupView({ id, name, type, ldapDn }: UserGroup): z.output<typeof userGroup> {
  return { id, group_name: name, group_type: type, ldap_group_dn: ldapDn };
}

export async function findGroup({ parts }: { readonly parts: ApiParts }, id: number): Promise<UserGroup> {
  const group = await parts.identity.stores.groups.find(id);
  if (group === undefined) throw noSuchGroup();
  return group;
}

export function noSuchGroup(): ApiError {
  return new ApiError('NOT_FOUND', say('no-such-group')`No user group has this id. Nothing was changed.`);
}

/** Without the spaces around it. */
export function groupNameFrom(text: string): string {
  const name = text.trim();
  if (name !== '' && name.length <= 255 && !/\p{Cc}/u.test(name)) return name;
  throw new ApiError('BAD_REQUEST', say('group-name-invalid')`group_name has 1 to 255 visible characters. Nothing was changed.`);
}
