import { Command } from 'commander';
import { addPasswordOptions, passwordFrom } from '../../password-input.ts';
import { message, printData } from '../../output.ts';
import { addServerFlags } from '../../server-flags.ts';
import { withAdministration } from './with-administration.ts';

/** `berth admin reset-password NAME`. */
export function resetPasswordCommand(): Command {
  const command = new Command('reset-password')
    .description('Set a new password for a user. Everything signed in with the old one ends within seconds.')
    .argument('<username>', 'the user, for instance admin')
    .option('--json', 'print the user, and a generated password, as JSON', false)
    .addHelpText('before', EXAMPLES)
    .action(async (username: string, { json }: { json: boolean }) => {
      const given = await passwordFrom(command, `New password for ${username}`);
      await withAdministration(command, (administration) => administration.resetPassword(username, given.password));
      message(`The password of ${username} is changed.`);
      if (json) printData(JSON.stringify({ username, ...(given.generated ? { password: given.password } : {}) }, null, 2));
      else if (given.generated) printData(given.password);
    });
  return addServerFlags(addPasswordOptions(command), ['data']);
}

const EXAMPLES = `Examples:
  berth admin reset-password alice                           asks for the password
  berth admin reset-password alice --generate                makes one and prints it
  berth admin reset-password alice --password-file pw.txt
  pass show berth/alice | berth admin reset-password alice --password-stdin
`;
