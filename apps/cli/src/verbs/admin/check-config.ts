import { Command } from 'commander';
import { message, printData, printTable } from '../../output.ts';
import { addServerFlags, serverFlags } from '../../server-flags.ts';

/** `berth admin check-config`: exit code 1 when the server would not start with it. */
export function checkConfigCommand(): Command {
  const command = new Command('check-config')
    .description('Check the configuration and show each setting, its value and where it comes from. Secrets are not shown.')
    .option('--json', 'print JSON', false)
    .addHelpText('before', 'Examples:\n  berth admin check-config\n  berth admin check-config --config harbor.yml --json\n')
    .action(async (options: { json: boolean }) => {
      const { describeConfig, loadConfig } = await import('@berth/server');
      const loaded = loadConfig(serverFlags(command));
      const lines = describeConfig(loaded);
      for (const warning of loaded.warnings) message(`Warning: ${warning}`);
      if (options.json) {
        printData(JSON.stringify({ file: loaded.file, settings: lines, warnings: loaded.warnings }, null, 2));
        return;
      }
      message(loaded.file === undefined ? 'No configuration file was read.' : `Read ${loaded.file}.`);
      printTable(
        ['SETTING', 'VALUE', 'FROM'],
        lines.map((line) => [line.variable, line.value ?? '-', line.from]),
      );
    });
  return addServerFlags(command);
}
