import { Command } from 'commander';
import { addServerFlags } from '../../server-flags.ts';
import { withAdministration } from '../admin/with-administration.ts';
import { MEBIBYTE, rateOf } from './rate-of.ts';
import { reportCheck } from './report-check.ts';

interface ScrubFlags {
  readonly json: boolean;
  readonly rate: number;
}

/** `berth storage scrub`: exit code 1 when something is damaged. */
export function scrubCommand(): Command {
  const command = new Command('scrub')
    .description('Read and hash every blob, from where the last scrub stopped; hide what is damaged, so that the next push heals it.')
    .option('--rate <MiB>', 'read at most so many MiB a second', rateOf, 100)
    .option('--json', 'print one JSON object a line: each problem, then the summary', false)
    .addHelpText('before', 'Examples:\n  berth storage scrub\n  berth storage scrub --rate 20 --json\n')
    .action(({ json, rate }: ScrubFlags) =>
      withAdministration(command, (administration) =>
        reportCheck(json, (tools) => administration.scrub({ rate: rate * MEBIBYTE, ...tools })),
      ),
    );
  return addServerFlags(command, ['data']);
}
