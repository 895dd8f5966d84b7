import { Command } from 'commander';
import { upgradeCheckCommand } from './upgrade/check.ts';

/** `berth upgrade`. */
export function upgradeCommand(): Command {
  return new Command('upgrade')
    .description('Tell what starting this version would do to a database, before it is done.')
    .addHelpText('before', 'Examples:\n  berth upgrade check\n  berth upgrade check --json\n')
    .addCommand(upgradeCheckCommand());
}
