/**
 * Who holds which role where, users' own and those of their groups: project_id, user_id, role_id, repository_patterns. A condition on
 * project_id or user_id reaches both halves.
 */
export const PROJECT_GRANTS = `(
  select project_id, user_id, role_id, repository_patterns from project_members where user_id is not null
  union all
  select m.project_id, g.user_id, m.role_id, m.repository_patterns
  from user_group_members g join project_members m on m.group_id = g.group_id)`;
