export * from './errors.ts';
export * from './page.ts';
export * from './projects.ts';
export * from './settings.ts';
export * from './users.ts';
