import { OPERATIONS } from '@berth/api-contract';
import { systemEndpoint } from '../endpoint.ts';
import { listReply, pageRequest } from '../paging.ts';
import { groupView } from './group-view.ts';

export const listUserGroups = systemEndpoint(OPERATIONS.listUserGroups, 'user-group:list', async ({ parts, request, query }) => {
  const { items, total } = await parts.identity.stores.groups.list({
    ...pageRequest(query),
    ...(query.group_name === undefined ? {} : { namePart: query.group_name }),
    ...(query.ldap_group_dn === undefined ? {} : { ldapDn: query.ldap_group_dn }),
  });
  return listReply(items.map(groupView), { request, query, total });
});
