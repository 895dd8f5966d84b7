import { Command } from 'commander';
import { message, printData, printTable } from '../../output.ts';
import { sizeInWords } from '../../registry/progress.ts';
import { addServerFlags } from '../../server-flags.ts';
import { addPlaceFlags, type PlaceFlags } from './place-flags.ts';
import { withBackups } from './with-backups.ts';

/** `berth backup list`. */
export function listCommand(): Command {
  const command = new Command('list')
    .description('Say which backups are in a place, oldest first.')
    .argument('<place>', 'a folder, or s3://bucket/prefix')
    .option('--json', 'print one JSON object a line', false)
    .addHelpText('before', 'Examples:\n  berth backup list /backups/berth\n  berth backup list s3://backups/berth --json\n')
    .action((place: string, flags: PlaceFlags & { json: boolean }) =>
      withBackups(command, { place, flags }, async (backups) => {
        const { finished, unfinished } = await backups.list();
        const rows = finished.map(({ id, createdAt, berth, blobs }) => ({
          id,
          createdAt,
          berth,
          blobs: blobs.mode,
          blobBytes: blobs.bytes,
        }));
        if (flags.json) for (const row of rows) printData(JSON.stringify(row));
        else
          printTable(
            ['ID', 'CREATED', 'BERTH', 'BLOBS', 'SIZE'],
            rows.map(({ id, createdAt, berth, blobs, blobBytes }) => [id, createdAt, berth, blobs, sizeInWords(blobBytes)]),
          );
        for (const id of unfinished) message(`${id} broke off, or is being made now.`);
      }),
    );
  return addServerFlags(addPlaceFlags(command), ['data']);
}
