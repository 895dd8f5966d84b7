import { randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { join } from 'node:path';
import { StorageFailedError } from '@berth/registry';
import { errnoOf } from './disk-calls.ts';
import type { DiskParts } from './disk-pending.ts';

const FORMAT = 1;
const MARKER_LIMIT = 4096;

/** The id of the store at the layout's root, or undefined when there is no marker. Throws a sentence when it is not ours to read. */
export async function readMarker(parts: DiskParts): Promise<string | undefined> {
  const text = await readText(parts, parts.layout.marker);
  if (text === undefined) return undefined;
  let marker: unknown;
  try {
    marker = JSON.parse(text);
  } catch (error) {
    throw unreadable(parts, error);
  }
  if (typeof marker !== 'object' || marker === null || !('id' in marker) || typeof marker.id !== 'string' || !('format' in marker)) {
    throw unreadable(parts, undefined);
  }
  if (marker.format !== FORMAT) {
    throw new StorageFailedError(
      `${parts.layout.marker} is of format ${String(marker.format)}; this version of Berth knows format ${FORMAT}.`,
    );
  }
  return marker.id;
}

/** Writes a marker with a new id unless another process did so first; returns the id that is now there. */
export async function writeMarker(parts: DiskParts): Promise<string> {
  const { calls, layout, syncs } = parts;
  const id = randomUUID();
  const draft = join(layout.pendingDirectory, `marker.${id}`);
  const fd = await calls.open(draft, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL);
  try {
    await calls.write(fd, Buffer.from(`${JSON.stringify({ id, format: FORMAT })}\n`), 0);
    await calls.fsync(fd);
  } finally {
    await calls.close(fd);
  }
  try {
    await calls.link(draft, layout.marker);
  } catch (error) {
    if (errnoOf(error) !== 'EEXIST') throw error;
  } finally {
    await calls.unlink(draft);
  }
  await syncs.sync(layout.root);
  return (await readMarker(parts)) ?? id;
}

async function readText({ calls }: DiskParts, path: string): Promise<string | undefined> {
  let fd: number;
  try {
    fd = await calls.open(path, constants.O_RDONLY | constants.O_NOFOLLOW);
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined;
    throw error;
  }
  try {
    const buffer = Buffer.alloc(MARKER_LIMIT);
    return buffer.toString('utf8', 0, await calls.read(fd, buffer, 0));
  } finally {
    await calls.close(fd);
  }
}

function unreadable(parts: DiskParts, cause: unknown): StorageFailedError {
  return new StorageFailedError(`${parts.layout.marker} is damaged. Nothing was changed; restore that file from a backup of the storage.`, {
    cause,
  });
}
