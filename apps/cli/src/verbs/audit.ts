import { Command } from 'commander';
import { auditVerifyCommand } from './audit/verify.ts';

/** `berth audit`. */
export function auditCommand(): Command {
  return new Command('audit')
    .description('Check that the audit log is as it was written. Works whether the server runs or not.')
    .addHelpText('before', 'Examples:\n  berth audit verify\n  berth audit verify --head 3f1c... --json\n')
    .addCommand(auditVerifyCommand());
}
