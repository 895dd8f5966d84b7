export * from './actor.ts';
export * from './ports/index.ts';
export * from './role.ts';
