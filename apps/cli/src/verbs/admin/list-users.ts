import { Command } from 'commander';
import { printData, printTable } from '../../output.ts';
import { addServerFlags } from '../../server-flags.ts';
import { type ListedUser, withAdministration } from './with-administration.ts';

/** `berth admin list-users`. */
export function listUsersCommand(): Command {
  const command = new Command('list-users')
    .description('List all users.')
    .option('--json', 'print JSON', false)
    .addHelpText('before', 'Examples:\n  berth admin list-users\n  berth admin list-users --json\n')
    .action(async (options: { json: boolean }) => {
      const users = (await withAdministration(command, (administration) => administration.users())).map(userLine);
      if (options.json) printData(JSON.stringify(users, null, 2));
      else
        printTable(
          ['ID', 'USERNAME', 'EMAIL', 'ADMIN', 'CREATED'],
          users.map((user) => [user.id, user.username, user.email, user.admin ? 'yes' : 'no', user.created]),
        );
    });
  return addServerFlags(command, ['data']);
}

/** What is shown of a user. */
export function userLine(user: ListedUser): { id: number; username: string; email: string; admin: boolean; created: string } {
  return { id: user.id, username: user.username, email: user.email, admin: user.systemAdmin, created: user.createdAt.toISOString() };
}
