export * from './common.ts';
export * from './members.ts';
export * from './operation.ts';
export * from './operations.ts';
export * from './projects.ts';
export * from './system.ts';
export * from './users.ts';
