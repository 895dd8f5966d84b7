export { BACKUP_HEARTBEAT_SECONDS, type BackupOutcome, type BackupRuns, createBackupRuns } from './backup-runs.ts';
export { type DatabaseSnapshot, withDatabaseSnapshot } from './dump-database.ts';
export { clearSchema, holdsContent, loadDatabase, type LoadedTable, type LoadPlan, LoadRefusedError, occupiedBy } from './load-database.ts';
