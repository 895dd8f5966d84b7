import { Command } from 'commander';
import { fsckCommand } from './storage/fsck.ts';
import { scrubCommand } from './storage/scrub.ts';

/** `berth storage`. */
export function storageCommand(): Command {
  return new Command('storage')
    .description('Compare the stored bytes with the database, and read them all for damage. Works whether the server runs or not.')
    .addHelpText('before', 'Examples:\n  berth storage fsck\n  berth storage fsck --mend --json\n  berth storage scrub --rate 50\n')
    .addCommand(fsckCommand())
    .addCommand(scrubCommand());
}
