import { readFileSync } from 'node:fs';
import { migrateFromRegistry } from '@berth/migration';
import { OciError, parseProjectName, type ProjectName } from '@berth/oci';
import { RegistryClient } from '@berth/registry-client';
import { Command } from 'commander';
import { UsageError } from '../../exit.ts';
import { Progress } from '../../registry/progress.ts';
import { addMigrateFlags, bothSides, collect, type MigrateFlags } from './migrate-flags.ts';
import { printReport, progressLine } from './print-report.ts';

interface RegistryFlags extends MigrateFlags {
  readonly project: string;
  readonly below: boolean;
  readonly repository?: readonly string[];
  readonly repositoriesFile?: string;
}

/** `berth migrate from-registry`. */
export function fromRegistryCommand(): Command {
  const command = new Command('from-registry')
    .description('Copy all tags, with what refers to their images, from any registry of the OCI distribution specification.')
    .option('--project <name>', 'where repositories go whose names have no project, such as app', 'library')
    .option('--below', 'put all repositories below --project, those with a project in their names too', false)
    .option('--repository <name>', 'only this repository; can be given several times; by default all that the registry lists', collect)
    .option('--repositories-file <file>', 'only the repositories in this file, one a line')
    .addHelpText(
      'before',
      'Examples:\n  berth migrate from-registry --url registry.old.lan:5000 --project team --dry-run\n  berth migrate from-registry --url https://quay.example.com --user robot --repository org/app --to registry.example.com --to-user admin\n\nWhat is there is not copied again: after an interruption, or before you switch over, run the same command again.\nA project that is missing is made by the first push to it, private, unless the settings say otherwise.\n',
    )
    .action((flags: RegistryFlags) => fromRegistry(command, flags));
  return addMigrateFlags(command);
}

async function fromRegistry(command: Command, flags: RegistryFlags): Promise<void> {
  const repositories = repositoriesOf(flags);
  const project = projectOf(flags.project);
  const sides = await bothSides(command);
  if (sides.source.origin.host === sides.destination.origin.host)
    throw new UsageError('The source and the destination are the same registry.');
  const [source, destination] = [new RegistryClient(sides.source), new RegistryClient(sides.destination)];
  const { below, dryRun, keepTags } = flags;
  const line = new Progress();
  try {
    const report = await migrateFromRegistry({
      ...{ source, destination, project, below, dryRun, keepTags },
      ...(repositories === undefined ? {} : { repositories }),
      watch: (progress) => line.show(progressLine(progress)),
    });
    line.clear();
    printReport(report, flags.json, undefined);
  } finally {
    line.clear();
    source.close();
    destination.close();
  }
}

function projectOf(name: string): ProjectName {
  try {
    return parseProjectName(name);
  } catch (error) {
    if (error instanceof OciError) throw new UsageError(error.message);
    throw error;
  }
}

function repositoriesOf({ repository, repositoriesFile }: RegistryFlags): readonly string[] | undefined {
  if (repositoriesFile === undefined) return repository;
  try {
    const lines = readFileSync(repositoriesFile, 'utf8').split(/\r?\n/);
    return [...(repository ?? []), ...lines.map((line) => line.trim()).filter((line) => line !== '' && !line.startsWith('#'))];
  } catch (error) {
    throw new UsageError(`${repositoriesFile} cannot be read: ${(error as Error).message}.`);
  }
}
