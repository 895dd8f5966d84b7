import { Command } from 'commander';
import { checkConfigCommand } from './admin/check-config.ts';
import { createUserCommand } from './admin/create-user.ts';
import { listUsersCommand } from './admin/list-users.ts';
import { resetPasswordCommand } from './admin/reset-password.ts';
import { seedCommand } from './admin/seed.ts';
import { seedGarbageCommand } from './admin/seed-garbage.ts';

/** `berth admin`: works on the database itself, with the server running or not. */
export function adminCommand(): Command {
  return new Command('admin')
    .description('Reset a password, list and create users, check the configuration. Works whether the server runs or not.')
    .addHelpText('before', EXAMPLES)
    .addCommand(resetPasswordCommand())
    .addCommand(listUsersCommand())
    .addCommand(createUserCommand())
    .addCommand(checkConfigCommand())
    .addCommand(seedCommand())
    .addCommand(seedGarbageCommand());
}

const EXAMPLES = `Examples:
  berth admin reset-password admin
  berth admin list-users --json
  berth admin create-user alice --email alice@example.com
  berth admin check-config
`;
