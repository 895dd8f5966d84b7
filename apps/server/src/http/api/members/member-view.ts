import type { Member } from '@berth/access';
import type { projectMemberEntity } from '@berth/api-contract';
import type { z } from 'zod';

export function memberView(member: Member): z.output<typeof projectMemberEntity> {
  return {
    id: member.id,
    project_id: member.projectId,
    entity_name: member.entityName,
    role_name: member.roleName,
    role_id: member.roleId,
    entity_id: member.entityId,
    entity_type: member.kind === 'user' ? 'u' : 'g',
    ...(member.repositoryPatterns === undefined ? {} : { repository_patterns: [...member.repositoryPatterns] }),
  };
}
