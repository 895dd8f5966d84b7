import { Command } from 'commander';
import { message, printData } from '../output.ts';
import { Progress, sizeInWords } from '../registry/progress.ts';
import { addServerFlags } from '../server-flags.ts';
import { addPlaceFlags, type PlaceFlags } from './backup/place-flags.ts';
import { withBackups } from './backup/with-backups.ts';

/** `berth restore`. */
export function restoreCommand(): Command {
  const command = new Command('restore')
    .description('Make an empty server the one that was backed up. The whole backup is read and checked before anything is written.')
    .argument('<place>', 'a folder, or s3://bucket/prefix')
    .argument('[id]', 'one of berth backup list; default: the newest')
    .option('--json', 'print what was restored as JSON', false)
    .addHelpText(
      'before',
      'Examples:\n  berth restore /backups/berth --data /var/lib/berth\n  berth restore s3://backups/berth 20261125T020000Z-1f2e --s3-endpoint https://s3.example.org\n',
    )
    .action((place: string, id: string | undefined, flags: PlaceFlags & { json: boolean }) =>
      withBackups(command, { place, flags }, async (backups) => {
        const shown = new Progress();
        const words = { verify: 'Verified', blobs: 'Restored', database: 'Database' };
        const summary = await backups.restore(id, ({ phase, bytes, totalBytes }) =>
          shown.show(phase === 'database' ? words[phase] : `${words[phase]} ${sizeInWords(bytes)} of ${sizeInWords(totalBytes)}`),
        );
        shown.clear();
        for (const notice of summary.notices) message(notice);
        if (flags.json) printData(JSON.stringify(summary));
        else
          message(
            `The backup ${summary.id} of ${summary.createdAt} is restored: ${summary.rows} rows, ${summary.blobs} blobs with ${sizeInWords(summary.blobBytes)}. Start the server: berth serve`,
          );
      }),
    );
  return addServerFlags(addPlaceFlags(command), ['data']);
}
