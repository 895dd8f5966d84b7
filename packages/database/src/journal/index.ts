export { createJournalRecords } from './journal-records.ts';
export { createRebuildTarget } from './rebuild-target.ts';
