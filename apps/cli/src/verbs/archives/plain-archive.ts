import { createReadStream, createWriteStream } from 'node:fs';
import { mkdtemp, open, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { type ArchiveEntry, compressionOf, decompressed, type IncomingFile, layoutEntries, tarEntries } from '@berth/archives';
import { UsageError } from '../../exit.ts';
import { message } from '../../output.ts';
import { removedWhenInterrupted } from './removed-when-interrupted.ts';

/** Where the content of a file of the archive lies on this machine. */
export interface Location {
  readonly path: string;
  readonly offset: number;
}

/** An archive whose files can be read in any order. */
export interface PlainArchive {
  entries(): AsyncIterable<ArchiveEntry>;
  locate(file: Pick<IncomingFile, 'name' | 'offset'>): Location;
  /** Removes what was made for it. */
  close(): Promise<void>;
}

/** A tar, a folder with an OCI layout, or `-`. What is compressed, or comes through a pipe, is unpacked into a temporary file. Throws UsageError. */
export async function openArchive(source: string): Promise<PlainArchive> {
  if (source === '-') return unpacked(process.stdin as AsyncIterable<Buffer>, 'The archive is kept in a temporary file while it is read.');
  const found = await stat(source).catch((error: unknown) => {
    throw new UsageError(`${source} cannot be read: ${(error as Error).message}.`);
  });
  if (found.isDirectory())
    return {
      entries: () => layoutEntries(source),
      locate: ({ name }) => ({ path: join(source, name), offset: 0 }),
      close: async () => undefined,
    };
  if (compressionOf(await headOf(source)) === 'none') return plain(source, async () => undefined);
  return unpacked(createReadStream(source), 'The archive is compressed: it is unpacked into a temporary file first.');
}

function plain(path: string, close: () => Promise<void>): PlainArchive {
  return { entries: () => tarEntries(createReadStream(path)), locate: ({ offset }) => ({ path, offset }), close };
}

async function unpacked(source: AsyncIterable<Buffer>, why: string): Promise<PlainArchive> {
  message(why);
  const folder = await mkdtemp(join(tmpdir(), 'berth-import-'));
  const letGo = removedWhenInterrupted(folder);
  const remove = async (): Promise<void> => {
    await rm(folder, { recursive: true, force: true });
    letGo();
  };
  try {
    const path = join(folder, 'archive.tar');
    await pipeline(decompressed(source), createWriteStream(path, { mode: 0o600 }));
    return plain(path, remove);
  } catch (error) {
    await remove();
    throw error;
  }
}

async function headOf(path: string): Promise<Buffer> {
  const file = await open(path);
  try {
    const head = Buffer.alloc(8);
    const { bytesRead } = await file.read(head, 0, head.length, 0);
    return head.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}
