import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { archiveLength, type ExportImage, ExportRefusedError, planExport, writeArchive } from '@berth/archives';
import { type Digest, OciError, type RepositoryName, unnamed } from '@berth/oci';
import { type ImageReference, parseImageReference, type RegistryClient } from '@berth/registry-client';
import { Command } from 'commander';
import { UsageError } from '../../exit.ts';
import { message, printData } from '../../output.ts';
import { addClientFlags, openClient } from '../../registry/client-flags.ts';
import { Progress, sizeInWords } from '../../registry/progress.ts';
import { removedWhenInterrupted } from './removed-when-interrupted.ts';

interface ExportFlags {
  readonly output: string;
  readonly platform?: string;
  readonly json: boolean;
}

interface Place {
  readonly client: RegistryClient;
  readonly repository: RepositoryName;
}

/** `berth export`: images of one or more registries become one file. */
export function exportCommand(): Command {
  const command = new Command('export')
    .description('Write images of a registry into one tar that docker load takes and that is an OCI layout too, with all platforms.')
    .argument('<image...>', 'host[:port]/project/repository[:tag|@digest]')
    .requiredOption('-o, --output <file>', 'the file to write; - is the standard output')
    .option('--platform <os/architecture>', 'of an image for several platforms only this one')
    .option('--json', 'print what was written as JSON', false)
    .addHelpText(
      'before',
      'Examples:\n  berth export registry.lan/team/app:1 -o app.tar\n  berth export registry.lan/team/app:1 registry.lan/team/web:2 --platform linux/amd64 -o images.tar\n  berth export 127.0.0.1:8080/team/app:1 -o - | zstd > app.tar.zst\n',
    )
    .action((names: string[], flags: ExportFlags) => exportImages(command, names, flags));
  return addClientFlags(command);
}

async function exportImages(command: Command, names: readonly string[], flags: ExportFlags): Promise<void> {
  if (flags.output === '-' && process.stdout.isTTY === true)
    throw new UsageError('An archive is nothing for a terminal: name a file with -o.');
  if (flags.output === '-' && flags.json) throw new UsageError('The standard output holds the archive already: leave out --json.');
  const references = names.map(readReference);
  const clients = new Map<string, RegistryClient>();
  for (const { host } of references) if (!clients.has(host)) clients.set(host, await openClient(command, host));
  try {
    const images: ExportImage<Place>[] = [];
    for (const reference of references) images.push(await imageOf(clients.get(reference.host) as RegistryClient, reference));
    const plan = await planExport(images, SOURCE, { platform: flags.platform });
    for (const warning of plan.warnings) message(warning);
    const total = archiveLength(plan);
    await write(flags.output, counted(writeArchive(plan, openBlob), total));
    const written = { file: flags.output, bytes: total, images: images.map(nameOf) };
    if (flags.json) printData(JSON.stringify(written));
    else message(`Wrote ${images.length} ${images.length === 1 ? 'image' : 'images'}, ${sizeInWords(total)}, to ${flags.output}.`);
  } finally {
    for (const client of clients.values()) client.close();
  }
}

function readReference(text: string): ImageReference {
  try {
    const reference = parseImageReference(text);
    if (reference.host !== '') return reference;
  } catch (error) {
    if (error instanceof OciError) throw new UsageError(`${text}: ${error.message}`);
    throw error;
  }
  throw new UsageError(`${text} names no registry: write host[:port]/project/repository:tag.`);
}

async function imageOf(client: RegistryClient, { host, repository, reference }: ImageReference): Promise<ExportImage<Place>> {
  const root = await client.manifest(repository, reference);
  const tag = reference.kind === 'tag' ? reference.tag : undefined;
  if (root === undefined)
    throw new ExportRefusedError(unnamed(`${host} has no ${repository}${tag === undefined ? '' : `:${tag}`}, or it is not yours to see.`));
  return { name: `${host}/${repository}`, tag, root, place: { client, repository } };
}

function nameOf({ name, tag, root }: ExportImage<Place>): { name: string; digest: Digest } {
  return { name: tag === undefined ? name : `${name}:${tag}`, digest: root.digest };
}

const SOURCE = {
  manifest: ({ client, repository }: Place, digest: Digest) => client.manifest(repository, { kind: 'digest', digest }),
  small: async ({ client, repository }: Place, digest: Digest, limit: number): Promise<Buffer | undefined> => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    for await (const chunk of client.blob(repository, digest)) {
      bytes += chunk.length;
      if (bytes > limit) return undefined;
      chunks.push(chunk);
    }
    return Buffer.concat(chunks);
  },
};

function openBlob({ client, repository }: Place, digest: Digest): AsyncIterable<Buffer> {
  return client.blob(repository, digest);
}

async function* counted(chunks: AsyncIterable<Buffer>, total: number): AsyncGenerator<Buffer> {
  const progress = new Progress();
  let bytes = 0;
  try {
    for await (const chunk of chunks) {
      bytes += chunk.length;
      progress.show(`${sizeInWords(bytes)} of ${sizeInWords(total)}`);
      yield chunk;
    }
  } finally {
    progress.clear();
  }
}

/** A file with its name is whole: what broke off is removed. */
async function write(output: string, chunks: AsyncIterable<Buffer>): Promise<void> {
  if (output === '-') {
    await pipeline(chunks, process.stdout, { end: false });
    return;
  }
  const unfinished = `${output}.partial`;
  const letGo = removedWhenInterrupted(unfinished);
  try {
    await pipeline(chunks, createWriteStream(unfinished, { flush: true }));
    await rename(unfinished, output);
  } catch (error) {
    await rm(unfinished, { force: true });
    throw error;
  } finally {
    letGo();
  }
}
