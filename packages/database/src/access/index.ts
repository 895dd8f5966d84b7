export { createMembers } from './members.ts';
export { createProjects } from './projects.ts';
export { createSettings } from './settings.ts';
export { createStandings } from './standings.ts';
export { type AccessOptions, createUsers } from './users.ts';
