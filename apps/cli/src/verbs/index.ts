import type { Command } from 'commander';

/** One word after `berth`. Its code is loaded only when it is called: `berth serve` must not carry the certificate tool along. */
export interface Verb {
  readonly name: string;
  /** For the list in `berth --help`. */
  readonly description: string;
  load(): Promise<Command>;
}

/** Every verb of `berth`; a new one is a file beside this and an entry here. */
export const VERBS: readonly Verb[] = [
  {
    name: 'serve',
    description: 'start the registry',
    load: async () => (await import('./serve.ts')).serveCommand(),
  },
  {
    name: 'admin',
    description: 'reset a password, list and create users, check the configuration',
    load: async () => (await import('./admin.ts')).adminCommand(),
  },
  {
    name: 'upgrade',
    description: 'tell what starting this version would do to a database',
    load: async () => (await import('./upgrade.ts')).upgradeCommand(),
  },
  {
    name: 'config',
    description: 'translate a harbor.yml',
    load: async () => (await import('./config.ts')).configCommand(),
  },
  {
    name: 'audit',
    description: 'check that the audit log is as it was written',
    load: async () => (await import('./audit.ts')).auditCommand(),
  },
  {
    name: 'storage',
    description: 'compare the stored bytes with the database, and read them all for damage',
    load: async () => (await import('./storage.ts')).storageCommand(),
  },
  {
    name: 'backup',
    description: 'add a backup of this server to a folder or a bucket; list, verify and prune backups',
    load: async () => (await import('./backup.ts')).backupCommand(),
  },
  {
    name: 'restore',
    description: 'make an empty server the one that was backed up',
    load: async () => (await import('./restore.ts')).restoreCommand(),
  },
  {
    name: 'export',
    description: 'write images of a registry into one file that docker load takes',
    load: async () => (await import('./archives/export.ts')).exportCommand(),
  },
  {
    name: 'import',
    description: 'push the images of an archive (docker save, OCI layout) to a project',
    load: async () => (await import('./archives/import.ts')).importCommand(),
  },
  {
    name: 'migrate',
    description: 'copy everything from a Harbor, or the images of any other registry',
    load: async () => (await import('./migrate.ts')).migrateCommand(),
  },
  {
    name: 'cert',
    description: 'make, install, check and convert certificates',
    load: async () => (await import('@berth/certs')).certCommand(),
  },
  {
    name: 'doctor',
    description: 'say in plain words why docker cannot use a registry, and what mends it',
    load: async () => (await import('@berth/certs')).doctorCommand(),
  },
];
