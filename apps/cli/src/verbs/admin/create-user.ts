import { Command } from 'commander';
import { addPasswordOptions, passwordFrom } from '../../password-input.ts';
import { message, printData } from '../../output.ts';
import { addServerFlags } from '../../server-flags.ts';
import { userLine } from './list-users.ts';
import { withAdministration } from './with-administration.ts';

/** `berth admin create-user NAME`. */
export function createUserCommand(): Command {
  const command = new Command('create-user')
    .description('Create a user.')
    .argument('<username>', 'name to sign in with')
    .requiredOption('--email <address>', 'e-mail address')
    .option('--admin', 'make the user a system administrator', false)
    .option('--json', 'print the user as JSON', false)
    .addHelpText('before', EXAMPLES)
    .action(async (username: string, options: { email: string; admin: boolean; json: boolean }) => {
      const given = await passwordFrom(command, `Password for ${username}`);
      const account = { username, email: options.email, password: given.password, systemAdmin: options.admin };
      const user = await withAdministration(command, (administration) => administration.createUser(account));
      message(`The user ${username} is created.`);
      if (options.json) printData(JSON.stringify({ ...userLine(user), ...(given.generated ? { password: given.password } : {}) }, null, 2));
      else if (given.generated) printData(given.password);
    });
  return addServerFlags(addPasswordOptions(command), ['data']);
}

const EXAMPLES = `Examples:
  berth admin create-user alice --email alice@example.com               asks for the password
  berth admin create-user bob --email bob@example.com --admin --generate
`;
