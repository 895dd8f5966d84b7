import { Command } from 'commander';
import { addServerFlags } from '../../server-flags.ts';
import { withAdministration } from '../admin/with-administration.ts';
import { reportCheck } from './report-check.ts';

interface FsckFlags {
  readonly json: boolean;
  readonly mend: boolean;
  readonly removeOrphans: boolean;
}

/** `berth storage fsck`: exit code 1 when something is wrong. */
export function fsckCommand(): Command {
  const command = new Command('fsck')
    .description('Look whether every blob is stored with its length, and whether the storage has objects that no blob has.')
    .option('--mend', 'hide blobs that are missing or too short or long, so that the next push of them heals them', false)
    .option('--remove-orphans', 'remove objects older than a day that no blob has; only where every blob is there', false)
    .option('--json', 'print one JSON object a line: each problem, then the summary', false)
    .addHelpText('before', 'Examples:\n  berth storage fsck\n  berth storage fsck --mend\n  berth storage fsck --remove-orphans --json\n')
    .action(({ json, mend, removeOrphans }: FsckFlags) =>
      withAdministration(command, (administration) => reportCheck(json, (tools) => administration.fsck({ mend, removeOrphans, ...tools }))),
    );
  return addServerFlags(command, ['data']);
}
