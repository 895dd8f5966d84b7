import { Command, Option } from 'commander';
import type { BlobMode } from '@berth/server';
import { EXIT, UsageError } from '../exit.ts';
import { message, printData } from '../output.ts';
import { Progress, sizeInWords } from '../registry/progress.ts';
import { addServerFlags } from '../server-flags.ts';
import { withAdministration } from './admin/with-administration.ts';
import { listCommand } from './backup/list.ts';
import { addPlaceFlags, type PlaceFlags, placeWish } from './backup/place-flags.ts';
import { pruneCommand } from './backup/prune.ts';
import { verifyCommand } from './backup/verify.ts';

interface BackupFlags extends PlaceFlags {
  readonly output?: string;
  readonly blobs: BlobMode;
  readonly encrypt: boolean;
  readonly json: boolean;
}

/** `berth backup`: exit code 1 also when blobs were damaged in the storage. */
export function backupCommand(): Command {
  const command: Command = new Command('backup')
    // The verbs below have options of the same names.
    .enablePositionalOptions()
    .description(
      'Add a backup of this server to a folder or a bucket, while it runs. Blobs that are there already from an earlier backup are not copied again; one that broke off goes on where it was.',
    )
    .option('-o, --output <place>', 'a folder, or s3://bucket/prefix, which may hold any number of backups of one server')
    .addOption(
      new Option('--blobs <mode>', 'all: copy the blobs; list: only say which they are; none')
        .choices(['all', 'list', 'none'])
        .default('all'),
    )
    .option('--encrypt', 'encrypt a new place; an encrypted one stays so', false)
    .option('--json', 'print what was written as JSON', false)
    .addHelpText(
      'before',
      'Examples:\n  berth backup -o /backups/berth\n  berth backup -o /backups/berth --passphrase-file /etc/berth/backup-passphrase\n  berth backup -o s3://backups/berth --s3-endpoint https://s3.example.org --encrypt\n  berth backup verify /backups/berth\n',
    )
    .action((flags: BackupFlags) => backUp(command, flags))
    .addCommand(listCommand())
    .addCommand(verifyCommand())
    .addCommand(pruneCommand());
  return addServerFlags(addPlaceFlags(command), ['data']);
}

async function backUp(command: Command, flags: BackupFlags): Promise<void> {
  const { output, blobs, json } = flags;
  if (output === undefined) throw new UsageError('Say where the backup goes: -o /a/folder, or -o s3://bucket/prefix.');
  const { encrypted, ...wish } = placeWish(output, flags, flags.encrypt);
  const stop = new AbortController();
  const interrupt = (): void => stop.abort();
  process.once('SIGINT', interrupt).once('SIGTERM', interrupt);
  const shown = new Progress();
  try {
    const summary = await withAdministration(command, (administration) =>
      administration.backUp({
        ...wish,
        blobs,
        encrypt: flags.encrypt || encrypted,
        stopping: stop.signal,
        progress: ({ phase, bytes, totalBytes }) =>
          shown.show(phase === 'database' ? 'Database' : `Blobs: ${sizeInWords(bytes)} of ${sizeInWords(totalBytes)}`),
      }),
    );
    shown.clear();
    if (json) printData(JSON.stringify({ place: output, ...summary }));
    else
      message(
        `Backup ${summary.id} is complete in ${output}: ${summary.rows} rows, ${summary.blobs} blobs with ${sizeInWords(summary.blobBytes)}, of which ${sizeInWords(summary.copiedBytes)} were copied now.`,
      );
    if (summary.damaged.length === 0) return;
    for (const digest of summary.damaged.slice(0, 20)) message(`${digest} is missing or damaged in the storage.`);
    message(`${summary.damaged.length} blobs could not be copied. Look closer: berth storage fsck`);
    process.exitCode = EXIT.failure;
  } finally {
    shown.clear();
    process.off('SIGINT', interrupt).off('SIGTERM', interrupt);
  }
}
