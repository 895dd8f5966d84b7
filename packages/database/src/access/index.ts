export { createAccessTokens } from './access-tokens.ts';
export { createGroups } from './groups.ts';
export { createMembers } from './members.ts';
export { createProjects } from './projects.ts';
export { createRobots } from './robots.ts';
export { createRoles } from './roles.ts';
export { createSettings } from './settings.ts';
export { createStandings } from './standings.ts';
export { type AccessOptions, createUsers } from './users.ts';
