import { Command } from 'commander';
import { fromHarborCommand } from './migrate/from-harbor.ts';
import { fromRegistryCommand } from './migrate/from-registry.ts';

/** `berth migrate`. */
export function migrateCommand(): Command {
  return new Command('migrate')
    .description('Copy everything from a Harbor, or the images of any other registry, to a Berth that runs.')
    .addHelpText(
      'before',
      'Examples:\n  berth migrate from-harbor --url https://harbor.example.com --user admin --to registry.example.com --to-user admin --dry-run\n  berth migrate from-registry --url registry.old.lan:5000 --to registry.example.com --to-user admin --project library\n',
    )
    .addCommand(fromHarborCommand())
    .addCommand(fromRegistryCommand());
}
