import { writeFile } from 'node:fs/promises';
import { Command } from 'commander';
import { message, printData } from '../../output.ts';

/** `berth config import harbor.yml`. */
export function importCommand(): Command {
  return new Command('import')
    .description('Translate a harbor.yml into a berth.yml, and say what was left out.')
    .argument('<file>', 'a harbor.yml')
    .option('--output <file>', 'write it there (mode 0600, since it may hold passwords) instead of printing it')
    .option('--force', 'replace a file that is there', false)
    .addHelpText('before', 'Examples:\n  berth config import /opt/harbor/harbor.yml\n  berth config import harbor.yml --output berth.yml\n')
    .action(async (file: string, options: { output?: string; force: boolean }) => {
      const { importHarborConfig } = await import('@berth/server');
      const { text, warnings } = importHarborConfig(file);
      for (const warning of warnings) message(`Note: ${warning}`);
      if (options.output === undefined) {
        printData(text.trimEnd());
        return;
      }
      await writeNew(options.output, text, options.force);
      message(`Wrote ${options.output}. Check it: berth admin check-config --config ${options.output}`);
    });
}

async function writeNew(path: string, text: string, force: boolean): Promise<void> {
  try {
    await writeFile(path, text, { mode: 0o600, flag: force ? 'w' : 'wx' });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    const { UsageError } = await import('../../exit.ts');
    throw new UsageError(`${path} is there already and was left as it is. Give another name, or --force to replace it.`);
  }
}
