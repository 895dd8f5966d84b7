export { createGarbageRecords } from './garbage-records.ts';
export { createGarbageRuns } from './garbage-runs.ts';
export { createBlobInventory } from './blob-inventory.ts';
export { beginMove, createMoveRecords, type MovePlaces, type MoveStart } from './move-records.ts';
export { MoveBusyError, withMoveLock } from './move-lock.ts';
