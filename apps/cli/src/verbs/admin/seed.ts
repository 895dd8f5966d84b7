import { Command, InvalidArgumentError } from 'commander';
import { message } from '../../output.ts';
import { addServerFlags } from '../../server-flags.ts';
import { withAdministration } from './with-administration.ts';

const MAX = 10_000_000;

/** `berth admin seed`: for measurements; no part of a registry's daily life. */
export function seedCommand(): Command {
  const command = new Command('seed')
    .description('Fill a development database with made-up projects, repositories and tags, to measure lists with.')
    .requiredOption('--from <repository>', 'a repository with an image; all made-up images consist of its layers')
    .option('--repositories <number>', 'how many', wholeNumber, 10_000)
    .option('--artifacts <number>', 'how many', wholeNumber, 100_000)
    .option('--tags <number>', 'how many', wholeNumber, 300_000)
    .addHelpText(
      'before',
      'Examples:\n  berth admin seed --from demo/app\n  berth admin seed --from demo/app --repositories 100 --artifacts 1000 --tags 3000\n',
    )
    .action(async (options: { from: string; repositories: number; artifacts: number; tags: number }) => {
      const progress = (repositories: number): void => message(`${repositories} of ${options.repositories} repositories`);
      await withAdministration(command, (administration) => administration.seed({ ...options, progress }));
      message('Done. The projects are seed-0001 and so on; the largest repository is seed-0001/team-1/app-00001.');
    });
  return addServerFlags(command, ['data']);
}

export function wholeNumber(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1 || value > MAX) throw new InvalidArgumentError(`Give a whole number from 1 to ${MAX}.`);
  return value;
}
