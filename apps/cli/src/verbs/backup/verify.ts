import { Command } from 'commander';
import { message, printData } from '../../output.ts';
import { Progress, sizeInWords } from '../../registry/progress.ts';
import { addServerFlags } from '../../server-flags.ts';
import { addPlaceFlags, type PlaceFlags } from './place-flags.ts';
import { withBackups } from './with-backups.ts';

/** `berth backup verify`: exit code 1 when something is missing or altered. */
export function verifyCommand(): Command {
  const command = new Command('verify')
    .description('Read everything that belongs to a backup and compare it with its checksums and digests.')
    .argument('<place>', 'a folder, or s3://bucket/prefix')
    .argument('[id]', 'one of berth backup list; default: the newest')
    .option('--json', 'print JSON', false)
    .addHelpText(
      'before',
      'Examples:\n  berth backup verify /backups/berth\n  berth backup verify s3://backups/berth 20261125T020000Z-1f2e\n',
    )
    .action((place: string, id: string | undefined, flags: PlaceFlags & { json: boolean }) =>
      withBackups(command, { place, flags }, async (backups) => {
        const shown = new Progress();
        const contents = await backups.verify(id, ({ bytes, totalBytes }) =>
          shown.show(`Verified ${sizeInWords(bytes)} of ${sizeInWords(totalBytes)}`),
        );
        shown.clear();
        const { mode, count, bytes, damaged } = contents.blobs;
        if (flags.json) printData(JSON.stringify({ id: contents.id, ok: true, blobs: mode, count, bytes, damaged }));
        else message(`The backup ${contents.id} is whole: ${contents.tables.length} tables, ${count} blobs with ${sizeInWords(bytes)}.`);
      }),
    );
  return addServerFlags(addPlaceFlags(command), ['data']);
}
