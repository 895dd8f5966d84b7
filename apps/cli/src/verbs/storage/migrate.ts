import type { Administration } from '@berth/server';
import { Command } from 'commander';
import { EXIT, UsageError } from '../../exit.ts';
import { message, printData } from '../../output.ts';
import { Progress, sizeInWords } from '../../registry/progress.ts';
import { addServerFlags } from '../../server-flags.ts';
import { withAdministration } from '../admin/with-administration.ts';
import { MEBIBYTE, rateOf } from './rate-of.ts';

interface MigrateFlags {
  readonly dryRun: boolean;
  readonly removeOld: boolean;
  readonly rate: number;
  readonly json: boolean;
}

type Moved = Awaited<ReturnType<Administration['moveStorage']>>;

const HOW = `How a registry moves, here from disk to S3:
  1. Stop all servers. Add to the environment (or to berth.yml, with the names of berth admin check-config):
       BERTH_STORAGE=s3  BERTH_S3_BUCKET=...  and what else the bucket needs
       BERTH_STORAGE_PREVIOUS=disk
     From S3 to elsewhere: BERTH_STORAGE_PREVIOUS=s3 and BERTH_PREVIOUS_S3_BUCKET, _ENDPOINT, _REGION, _PREFIX, ...
  2. Start them. They write to the new storage and read from both.
  3. berth storage migrate      copies; servers go on serving; call it again when it was interrupted
  4. Take BERTH_STORAGE_PREVIOUS out and restart. berth storage migrate --remove-old, before that, empties the old storage.

Examples:
  berth storage migrate --dry-run
  berth storage migrate --rate 50
  berth storage migrate --remove-old --json
`;

/** `berth storage migrate`: exit code 1 when the move has not ended, such as where blobs could not be read, or blobs were damaged. */
export function migrateCommand(): Command {
  const command = new Command('migrate')
    .description('Copy all blobs from the previous storage to the configured one, between disk and S3 or two buckets, while servers serve.')
    .option('--dry-run', 'say what would be copied, and change nothing', false)
    .option('--remove-old', 'empty the previous storage once every blob is in the new one; this cannot be undone', false)
    .option('--rate <MiB>', 'copy at most so many MiB a second', rateOf, 1000)
    .option('--json', 'print one JSON object a line: each damaged or unreadable blob, then the summary', false)
    .addHelpText('before', HOW)
    .action((flags: MigrateFlags) => migrate(command, flags));
  return addServerFlags(command, ['data']);
}

async function migrate(command: Command, { dryRun, removeOld, rate, json }: MigrateFlags): Promise<void> {
  if (dryRun && removeOld) throw new UsageError('--dry-run changes nothing, so --remove-old does not go with it.');
  const stop = new AbortController();
  const interrupt = (): void => stop.abort();
  process.once('SIGINT', interrupt).once('SIGTERM', interrupt);
  const shown = new Progress();
  try {
    const moved = await withAdministration(command, (administration) =>
      administration.moveStorage({
        ...{ dryRun, removeOld, rate: rate * MEBIBYTE, stopping: stop.signal },
        damaged: ({ digest }) => {
          shown.clear();
          printData(json ? JSON.stringify({ damaged: digest }) : `${digest}: damaged in the previous storage (quarantined)`);
        },
        unreadable: ({ digest, key }) => {
          shown.clear();
          printData(
            json ? JSON.stringify({ unreadable: digest, key }) : `${digest}: unreadable in the previous storage, left there as ${key}`,
          );
        },
        progress: ({ pass, looked, copied, copiedBytes }) =>
          shown.show(`pass ${pass}: ${looked} blobs looked at, ${copied} copied, ${sizeInWords(copiedBytes)}`),
        removed: (objects) => shown.show(`${objects} objects removed from the previous storage`),
      }),
    );
    shown.clear();
    if (json) printData(JSON.stringify({ ...moved, dryRun, complete: !stop.signal.aborted }));
    else for (const line of inWords(moved, { dryRun, interrupted: stop.signal.aborted })) message(line);
    if (stop.signal.aborted || moved.damaged > 0 || (!dryRun && !moved.ended)) process.exitCode = EXIT.failure;
  } finally {
    process.off('SIGINT', interrupt).off('SIGTERM', interrupt);
  }
}

function inWords(moved: Moved, { dryRun, interrupted }: { readonly dryRun: boolean; readonly interrupted: boolean }): string[] {
  const { from, to, copied, copiedBytes, damaged, unreadable, openUploads, ended, removed } = moved;
  const what = `${copied} blobs with ${sizeInWords(copiedBytes)}`;
  if (dryRun) return [`${what} would be copied from ${from} to ${to}. Nothing was changed.`];
  return [
    `Copied ${what} from ${from} to ${to}.`,
    ...(damaged === 0 ? [] : [`${damaged} blobs were damaged there and are hidden now: the next push of each heals it.`]),
    ...(removed === 0 ? [] : [`Removed ${removed} objects from ${from}.`]),
    ...(interrupted ? ['Interrupted. What was copied is kept; call it again to go on.'] : []),
    ...(unreadable === 0
      ? []
      : [
          `${unreadable} blobs cannot be read in ${from} and are only there: the move has not ended, and the servers need both storages. Call it again when they can be read. To give one up, delete its object there and call it again: it is hidden then, and the next push of it heals it.`,
        ]),
    ...(ended || interrupted || openUploads === 0
      ? []
      : [`${openUploads} uploads that began before the move are still open. Call it again when they are finished or have expired.`]),
    ...(ended
      ? ['Every blob is in the new storage. Take BERTH_STORAGE_PREVIOUS (storage.previous in berth.yml) out and restart all servers.']
      : []),
  ];
}
