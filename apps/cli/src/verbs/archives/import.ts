import { importArchive, type ImportOutcome } from '@berth/archives';
import { OciError, parseProjectName } from '@berth/oci';
import { Command } from 'commander';
import { UsageError } from '../../exit.ts';
import { message, printData, printTable } from '../../output.ts';
import { addClientFlags, openClient } from '../../registry/client-flags.ts';
import { ownServer } from '../../registry/own-server.ts';
import { Progress, sizeInWords } from '../../registry/progress.ts';
import { addServerFlags } from '../../server-flags.ts';
import { ClientTarget } from './client-target.ts';
import { openArchive } from './plain-archive.ts';

interface ImportFlags {
  readonly project: string;
  readonly repository?: string;
  readonly server?: string;
  readonly passwordStdin?: boolean;
  readonly json: boolean;
}

/** `berth import`: the images of an archive are pushed to a project. */
export function importCommand(): Command {
  const command = new Command('import')
    .description(
      'Push the images of an archive: of docker save, podman save or skopeo, or an OCI layout as a tar or a folder; gzip and zstd too.',
    )
    .argument('<archive>', 'the file or folder; - is the standard input')
    .requiredOption('--project <name>', 'the project that the images go to')
    .option('--repository <name>', 'one repository below the project for all of them; by default each keeps its name')
    .option('--server <address>', 'the registry, host[:port] or URL; by default the one of this machine (its configuration)')
    .option('--json', 'print what was imported as JSON', false)
    .addHelpText(
      'before',
      'Examples:\n  berth import images.tar --project team\n  berth import images.tar.gz --project team --repository app --server registry.lan -u alice\n  docker save app:1 | berth import - --project team\n',
    )
    .action((source: string, flags: ImportFlags) => importImages(command, source, flags));
  return addServerFlags(addClientFlags(command), []);
}

async function importImages(command: Command, source: string, flags: ImportFlags): Promise<void> {
  if (source === '-' && flags.passwordStdin === true)
    throw new UsageError('The standard input is the archive already: use --password-file.');
  if (source === '-' && process.stdin.isTTY === true) throw new UsageError('There is no archive on the standard input.');
  checkProject(flags.project);
  const server = flags.server ?? (await ownServer(command));
  const client = await openClient(command, server);
  const archive = await openArchive(source);
  const progress = new Progress();
  try {
    let sent = 0;
    const target = new ClientTarget(client, archive, (bytes) => {
      sent += bytes;
      progress.show(`sent ${sizeInWords(sent)}`);
    });
    const outcome = await importArchive(archive.entries(), target, {
      destination: { project: flags.project, repository: flags.repository },
      watch: { entry: ({ name }) => progress.show(`reading ${name}`) },
    });
    progress.clear();
    report(outcome, flags.json);
  } finally {
    progress.clear();
    client.close();
    await archive.close();
  }
}

function checkProject(name: string): void {
  try {
    parseProjectName(name);
  } catch (error) {
    if (error instanceof OciError) throw new UsageError(error.message);
    throw error;
  }
}

function report(outcome: ImportOutcome, json: boolean): void {
  const { images, blobsStored, blobsExisting, bytesStored, warnings } = outcome;
  for (const { text } of warnings) message(text);
  if (json) {
    printData(JSON.stringify({ ...outcome, warnings: warnings.map(({ text }) => text) }));
    return;
  }
  printTable(
    ['image', 'digest', 'platforms'],
    images.map(({ repository, tags, digest, platforms }) => [
      tags.length === 0 ? repository : tags.map((tag) => `${repository}:${tag}`).join(' '),
      digest,
      platforms.join(' '),
    ]),
  );
  message(
    `Imported ${images.length} ${images.length === 1 ? 'image' : 'images'}: ${blobsStored} blobs with ${sizeInWords(bytesStored)} sent, ${blobsExisting} were there.`,
  );
}
