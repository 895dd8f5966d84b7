import type { Command } from 'commander';
import { caCommand } from './cert-ca.ts';
import { convertCommand } from './cert-convert.ts';
import { csrCommand, signCommand } from './cert-csr.ts';
import { inspectCommand } from './cert-inspect.ts';
import { installCommand } from './cert-install.ts';
import { renewCommand } from './cert-renew.ts';
import { crlCommand, ocspCommand, revokeCommand } from './cert-revocation.ts';
import { serverCommand } from './cert-server.ts';
import { verifyCommand } from './cert-verify.ts';
import { type CommandIo, newCommand, processIo } from './command-io.ts';

/** The `cert` command with all its verbs, ready for `program.addCommand`. Failures set the exit code; wrong usage leaves with 2. */
export function certCommand(io: CommandIo = processIo()): Command {
  const command = newCommand(io, 'cert').description('make, install, check and convert certificates');
  const verbs = [
    caCommand,
    serverCommand,
    csrCommand,
    signCommand,
    renewCommand,
    revokeCommand,
    crlCommand,
    ocspCommand,
    convertCommand,
    inspectCommand,
    verifyCommand,
    installCommand,
  ];
  for (const verb of verbs) command.addCommand(verb(io));
  return command;
}
