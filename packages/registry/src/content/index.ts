export * from './artifact-type.ts';
export * from './content.ts';
export * from './content-reads.ts';
export * from './fact-reader.ts';
export { RecentConfigs } from './recent-configs.ts';
export type { ArtifactChanges } from './artifact-changes.ts';
export type { RestoreOutcome, TrashBin } from './trash-bin.ts';
export { ADDITIONS, type Addition, type AdditionName, type Additions, type BuiltLayer } from './additions.ts';
