import { Command } from 'commander';
import { printData } from '../../output.ts';
import { addServerFlags } from '../../server-flags.ts';
import { withAdministration } from '../admin/with-administration.ts';

interface VerifyOptions {
  readonly json: boolean;
  readonly head?: string;
}

/** `berth audit verify`: exit code 1 when a record or a seal is not as it was written. */
export function auditVerifyCommand(): Command {
  const command = new Command('verify')
    .description('Compare every sealed record with its seal, and every seal with the one before.')
    .option('--head <hash>', 'the newest seal must be this one, or come after it: noted elsewhere, it shows a log that was cut short')
    .option('--json', 'print JSON', false)
    .addHelpText('before', 'Examples:\n  berth audit verify\n  berth audit verify --head 3f1c... --json\n')
    .action(async ({ json, head }: VerifyOptions) => {
      const found = await withAdministration(command, (administration) => administration.verifyAudit(head));
      const ok = found.problems.length === 0;
      const problems = found.problems.map(({ text }) => text);
      if (json) printData(JSON.stringify({ ok, ...found, problems }, null, 2));
      else {
        for (const problem of problems) printData(problem);
        printData(
          `${found.records} records compared under ${found.seals} seals, ${found.unsealed} not sealed yet: ${ok ? 'as they were written' : 'NOT as they were written'}.`,
        );
        printData(`Newest seal: ${found.head}`);
      }
      if (!ok) process.exitCode = 1;
    });
  return addServerFlags(command, ['data']);
}
