export * from './connection/index.ts';
export * from './embedded/index.ts';
export * from './migrate/index.ts';
