export { createContentSearch } from './content-search.ts';
export { createQuotas } from './quotas.ts';
export { createProjectMetadata } from './project-metadata.ts';
