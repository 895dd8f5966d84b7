import { Command } from 'commander';
import { importCommand } from './config/import.ts';

/** `berth config`: configuration files. */
export function configCommand(): Command {
  return new Command('config')
    .description('Make a configuration file out of another one.')
    .addHelpText('before', 'Examples:\n  berth config import /opt/harbor/harbor.yml\n  berth config import harbor.yml --output berth.yml\n')
    .addCommand(importCommand());
}
