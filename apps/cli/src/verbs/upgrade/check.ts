import type { UpgradePlan } from '@berth/server';
import { Command } from 'commander';
import { EXIT } from '../../exit.ts';
import { message, printData } from '../../output.ts';
import { addServerFlags, serverFlags } from '../../server-flags.ts';

/** `berth upgrade check`: exit code 1 when this version cannot use the database. Changes nothing. */
export function upgradeCheckCommand(): Command {
  const command = new Command('check')
    .description('Compare the database with this version. Reads only, and a server of another version may be running.')
    .option('--json', 'print JSON', false)
    .addHelpText('before', 'Examples:\n  berth upgrade check\n  berth upgrade check --json\n')
    .action(async (options: { json: boolean }) => {
      const { checkUpgrade, loadConfig } = await import('@berth/server');
      const plan = await checkUpgrade(loadConfig(serverFlags(command)).config);
      if (options.json) printData(JSON.stringify(plan, null, 2));
      else for (const line of inWords(plan)) message(line);
      if (plan.schema === 'newer' || plan.schema === 'foreign') process.exitCode = EXIT.failure;
    });
  return addServerFlags(command, ['data']);
}

function inWords({ version, schema, pending, unknown, backup }: UpgradePlan): readonly string[] {
  switch (schema) {
    case 'new':
      return [`The database is empty. Berth ${version} makes its schema at the first start.`];
    case 'current':
      return [`The database fits Berth ${version}. A start changes nothing in its schema.`];
    case 'older':
      return [
        `Berth ${version} will bring the schema up to date when it starts, by ${pending.length} steps: ${pending.join(', ')}.`,
        backup === undefined
          ? 'It makes no backup before (BERTH_UPGRADE_BACKUP). Make one yourself: berth backup --help.'
          : `It first backs up the database to ${backup}.`,
        'An earlier version does not start on the newer schema; going back means restoring that backup: docs/upgrade.md.',
      ];
    case 'newer':
      return [
        `The database was used by a newer version; it has ${unknown.join(', ')}. Berth ${version} does not start on it.`,
        'Start the newer version again, or restore a backup made before the upgrade.',
      ];
    case 'foreign':
      return [`The database was made by another program or by a development version; it has ${unknown.join(', ')}. Use another database.`];
  }
}
