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
    .addHelpText('before', EXAMPLES)
    .action(async (username: string) => {
      const given = await passwordFrom(command, `New password for ${username}`);
      await withAdministration(command, (administration) => administration.resetPassword(username, given.password));
      message(`The password of ${username} is changed.`);
      if (given.generated) printData(given.password);
    });
  return addServerFlags(addPasswordOptions(command), ['data']);
}

const EXAMPLES = `Examples:
  berth admin reset-password alice                           asks for the password
  berth admin reset-password alice --generate                makes one and prints it
  berth admin reset-password alice --password-file pw.txt
  pass show berth/alice | berth admin reset-password alice --password-stdin
`;
