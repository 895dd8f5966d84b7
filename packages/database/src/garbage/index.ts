export { createGarbageRecords } from './garbage-records.ts';
export { createGarbageRuns } from './garbage-runs.ts';
export { createBlobInventory } from './blob-inventory.ts';
