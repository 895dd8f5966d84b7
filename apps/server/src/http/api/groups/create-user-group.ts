import { GROUP_TYPES, type GroupType } from '@berth/access';
import { OPERATIONS } from '@berth/api-contract';
import { say } from '@berth/oci';
import { ApiError } from '../api-error.ts';
import { API_BASE } from '../api-parts.ts';
import { systemEndpoint } from '../endpoint.ts';
import { groupNameFrom } from './group-view.ts';

export const createUserGroup = systemEndpoint(OPERATIONS.createUserGroup, 'user-group:create', async ({ parts, body }) => {
  const type = (body.group_type === 0 ? GROUP_TYPES.local : body.group_type) as GroupType;
  if (type === GROUP_TYPES.ldap && body.ldap_group_dn === '')
    throw new ApiError(
      'BAD_REQUEST',
      say('group-needs-dn')`A group of the type LDAP needs its distinguished name, ldap_group_dn. Nothing was created.`,
    );
  const name = groupNameFrom(body.group_name);
  const group = await parts.identity.stores.groups.create({ name, type, ldapDn: body.ldap_group_dn });
  return { headers: { location: `${API_BASE}/usergroups/${group.id}` } };
});
