import { type Member, roleName } from '@berth/access';
import type { projectMemberEntity } from '@berth/api-contract';
import type { z } from 'zod';

export function memberView(member: Member): z.output<typeof projectMemberEntity> {
  return {
    id: member.id,
    project_id: member.projectId,
    entity_name: member.username,
    role_name: roleName(member.roleId),
    role_id: member.roleId,
    entity_id: member.userId,
    entity_type: 'u',
  };
}
