import { Command } from 'commander';
import { EXIT } from '../../exit.ts';
import { message, printData } from '../../output.ts';
import { Progress } from '../../registry/progress.ts';
import { addServerFlags, serverFlags } from '../../server-flags.ts';

interface RebuildFlags {
  readonly dryRun: boolean;
  readonly verifyContent: boolean;
  readonly json: boolean;
}

/** `berth storage rebuild`: exit code 1 when something could not be brought back as it was, or it was interrupted. */
export function rebuildCommand(): Command {
  const command = new Command('rebuild')
    .description(
      'Put projects, repositories, images and tags into an empty database, from what the storage tells. For when the database is lost and ' +
        'there is no backup of it. The server must be stopped. Interrupted, it goes on when it is called again.',
    )
    .option('--dry-run', 'look and report, and leave the database empty', false)
    .option('--verify-content', 'read and hash every blob, instead of comparing lengths', false)
    .option('--json', 'print one JSON object a line: each problem, then the summary', false)
    .addHelpText(
      'before',
      'Examples:\n  berth storage rebuild --dry-run\n  berth storage rebuild\n  berth storage rebuild --verify-content --json\n',
    )
    .action((flags: RebuildFlags) => rebuild(command, flags));
  return addServerFlags(command, ['data']);
}

async function rebuild(command: Command, { dryRun, verifyContent, json }: RebuildFlags): Promise<void> {
  const { loadConfig, rebuildStorage, NOT_IN_STORAGE } = await import('@berth/server');
  const { config } = loadConfig(serverFlags(command));
  const stop = new AbortController();
  const interrupt = (): void => stop.abort();
  process.once('SIGINT', interrupt).once('SIGTERM', interrupt);
  const shown = new Progress();
  try {
    const summary = await rebuildStorage(config, {
      ...{ dryRun, verifyContent, stopping: stop.signal },
      found: (problem) => {
        shown.clear();
        printData(json ? JSON.stringify(problem) : `${problem.what}: ${problem.problem}`);
      },
      progress: ({ phase, done, total }) => shown.show(`${phase}: ${done} of ${total}`),
    });
    shown.clear();
    const { projects, repositories, blobs, manifests, tags, problems, complete, passwordFile } = summary;
    if (json) printData(JSON.stringify({ ...summary, dryRun, notInStorage: NOT_IN_STORAGE }));
    else {
      const counts = `${projects} projects, ${repositories} repositories, ${blobs} blobs, ${manifests} manifests and ${tags} tags`;
      if (!complete) message('Interrupted. Call it again to go on; until then no server starts on this database.');
      else message(`${dryRun ? 'The storage tells of' : 'Brought back:'} ${counts}; ${problems} problems.`);
      if (complete && !dryRun) {
        message(
          `The storage does not tell of: ${NOT_IN_STORAGE.join('; ')}. Members and roles must be given again, or come from a backup.`,
        );
        if (passwordFile !== undefined) message(`The password of the user admin is in ${passwordFile}`);
      }
    }
    if (problems > 0 || !complete) process.exitCode = EXIT.failure;
  } finally {
    process.off('SIGINT', interrupt).off('SIGTERM', interrupt);
  }
}
