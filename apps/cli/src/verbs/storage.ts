import { Command } from 'commander';
import { fsckCommand } from './storage/fsck.ts';
import { migrateCommand } from './storage/migrate.ts';
import { rebuildCommand } from './storage/rebuild.ts';
import { scrubCommand } from './storage/scrub.ts';

/** `berth storage`. */
export function storageCommand(): Command {
  return new Command('storage')
    .description(
      'Compare the stored bytes with the database, read them all for damage, move them to another storage, or rebuild a lost database from them.',
    )
    .addHelpText('before', 'Examples:\n  berth storage fsck\n  berth storage fsck --mend --json\n  berth storage scrub --rate 50\n')
    .addCommand(fsckCommand())
    .addCommand(scrubCommand())
    .addCommand(migrateCommand())
    .addCommand(rebuildCommand());
}
