import { Command } from 'commander';
import { addServerFlags, serverFlags } from '../server-flags.ts';

/** `berth serve`. */
export function serveCommand(): Command {
  const command = new Command('serve')
    .description('Start the registry and run until SIGTERM or Ctrl-C.')
    .addHelpText('before', EXAMPLES)
    .addHelpText('after', MORE)
    .action(async () => {
      const { loadConfig, serve } = await import('@berth/server');
      process.exitCode = await serve(loadConfig(serverFlags(command)));
    });
  return addServerFlags(command);
}

const EXAMPLES = `Examples:
  berth serve                                              try it: http://127.0.0.1:8080, data in ./data
  berth serve --host 0.0.0.0 --tls-cert registry.crt --tls-key registry.key
  BERTH_DATABASE_URL_FILE=/run/secrets/db berth serve      a Postgres of your own
`;

const MORE = `
Every setting is also an environment variable or a key of berth.yml; flags win, then the environment, then the file.
The first start makes the user "admin" and writes its password to <data>/initial-admin-password.`;
