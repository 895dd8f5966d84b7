import { createReadStream } from 'node:fs';
import { lstat, opendir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { ArchiveEntry } from './archive-entry.ts';
import { refused, shown } from './archive-refused-error.ts';
import { LIMITS } from './limits.ts';

/** The files of an OCI layout that lies in a folder; what else is in it is no part of it. Rejects with ArchiveRefusedError. */
export async function* layoutEntries(folder: string): AsyncGenerator<ArchiveEntry> {
  for (const name of ['oci-layout', 'index.json']) yield await entry(folder, name);
  let count = 0;
  for (const algorithm of (await readdir(join(folder, 'blobs'))).sort()) {
    for await (const { name } of await opendir(join(folder, 'blobs', algorithm))) {
      count += 1;
      if (count > LIMITS.entries) throw refused(`The layout has more than ${LIMITS.entries} blobs.`);
      yield await entry(folder, `blobs/${algorithm}/${name}`);
    }
  }
}

async function entry(folder: string, name: string): Promise<ArchiveEntry> {
  const path = join(folder, name);
  const found = await lstat(path).catch((error: unknown) => {
    if ((error as { code?: unknown }).code === 'ENOENT')
      throw refused(`The folder is no OCI layout: ${shown(name)} is not in it.`, { cause: error });
    throw error;
  });
  if (!found.isFile()) throw refused(`The layout has ${shown(name)}, which is no file.`);
  return { kind: 'file', name, size: found.size, offset: 0, content: () => createReadStream(path) };
}
