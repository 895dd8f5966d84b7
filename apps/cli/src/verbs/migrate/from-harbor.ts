import { migrateFromHarbor, SecretsFile } from '@berth/migration';
import { Command } from 'commander';
import { UsageError } from '../../exit.ts';
import { Progress } from '../../registry/progress.ts';
import { addMigrateFlags, bothSides, collect, type MigrateFlags, signedIn } from './migrate-flags.ts';
import { printReport, progressLine } from './print-report.ts';

interface HarborFlags extends MigrateFlags {
  readonly project?: readonly string[];
  readonly exclude?: readonly string[];
  readonly secretsFile: string;
}

/** `berth migrate from-harbor`. */
export function fromHarborCommand(): Command {
  const command = new Command('from-harbor')
    .description(
      'Copy projects, members, local users, groups, robots, labels, rules, quotas and all artifacts from a Harbor, while both serve.',
    )
    .option('--project <name>', 'only this project; can be given several times', collect)
    .option('--exclude <name>', 'not this project; can be given several times', collect)
    .option(
      '--secrets-file <file>',
      'where the new passwords of users and secrets of robots are written, for you alone',
      'berth-migration-secrets.jsonl',
    )
    .addHelpText(
      'before',
      'Examples:\n  berth migrate from-harbor --url https://harbor.example.com --user admin --dry-run\n  berth migrate from-harbor --url https://harbor.example.com --user admin --to registry.example.com --to-user admin\n  berth migrate from-harbor --url harbor.lan --ca-file harbor-ca.crt --user admin --password-file harbor-password --project team\n\nWhat is there is not copied again: after an interruption, or before you switch over, run the same command again.\n',
    )
    .action((flags: HarborFlags) => fromHarbor(command, flags));
  return addMigrateFlags(command);
}

async function fromHarbor(command: Command, flags: HarborFlags): Promise<void> {
  const sides = await bothSides(command);
  const secrets = await openSecrets(flags.secretsFile);
  const line = new Progress();
  const { project, exclude, dryRun, keepTags } = flags;
  try {
    const report = await migrateFromHarbor({
      ...{ source: signedIn(sides.source, '--user'), destination: signedIn(sides.destination, '--to-user') },
      ...{ dryRun, keepTags, secrets },
      ...(project === undefined ? {} : { projects: project }),
      ...(exclude === undefined ? {} : { exclude }),
      watch: (progress) => line.show(progressLine(progress)),
    });
    line.clear();
    printReport(report, flags.json, secrets.count > 0 && !dryRun ? flags.secretsFile : undefined);
  } finally {
    line.clear();
  }
}

async function openSecrets(path: string): Promise<SecretsFile> {
  try {
    return await SecretsFile.open(path);
  } catch (error) {
    if (error instanceof SyntaxError)
      throw new UsageError(`${path} is no file of secrets of an earlier run: name another with --secrets-file.`);
    throw new UsageError(`${path} cannot be read: ${(error as Error).message}.`);
  }
}
