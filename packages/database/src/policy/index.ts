export { createContentSearch } from './content-search.ts';
export { createProjectMetadata } from './project-metadata.ts';
