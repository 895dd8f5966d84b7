import { Command, InvalidArgumentError } from 'commander';
import { message, printData } from '../../output.ts';
import { addServerFlags } from '../../server-flags.ts';
import { addPlaceFlags, type PlaceFlags } from './place-flags.ts';
import { withBackups } from './with-backups.ts';

/** `berth backup prune`. */
export function pruneCommand(): Command {
  const command = new Command('prune')
    .description('Remove all but the newest backups of a place, and the blobs that only they had. Not while a backup into it runs.')
    .argument('<place>', 'a folder, or s3://bucket/prefix')
    .requiredOption('--keep <number>', 'how many of the newest stay', wholeNumber)
    .option('--json', 'print JSON', false)
    .addHelpText('before', 'Examples:\n  berth backup prune /backups/berth --keep 30\n')
    .action((place: string, flags: PlaceFlags & { json: boolean; keep: number }) =>
      withBackups(command, { place, flags }, async (backups) => {
        const summary = await backups.prune(flags.keep);
        if (flags.json) printData(JSON.stringify(summary));
        else message(`${summary.kept.length} backups kept, ${summary.removed.length} removed with ${summary.objects} objects.`);
      }),
    );
  return addServerFlags(addPlaceFlags(command), ['data']);
}

function wholeNumber(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw new InvalidArgumentError('Give a whole number from 1.');
  return value;
}
