export { type Administration, AdministrationError, generatePassword, openAdministration } from './administration.ts';
export { BackupError, type Backups, type BlobMode, openBackups } from './backup/index.ts';
export { describeConfig, type SettingLine } from './config/describe.ts';
export { importHarborConfig, type ImportedConfig } from './config/import-harbor.ts';
export { type Config, ConfigError, type ConfigFlags, type LoadedConfig, loadConfig } from './config.ts';
export { serve } from './main.ts';
export { NOT_IN_STORAGE, rebuildStorage, type RebuiltStorage } from './rebuild-storage.ts';
export { StartError } from './process/start-error.ts';
export { VERSION } from './version.ts';
