import { mkdtemp, readdir, readlink, rm, truncate } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { blobStoreContract } from '@berth/testkit';
import { BufferPool } from '../buffer-pool.ts';
import { openDiskBlobStore } from './disk-blob-store.ts';
import { diskLayout } from './disk-layout.ts';

blobStoreContract('disk', async () => {
  const root = await mkdtemp(join(tmpdir(), 'berth-disk-'));
  const pool = new BufferPool(4);
  const open = () => openDiskBlobStore({ root, pool });
  return {
    store: await open(),
    reopen: open,
    shorten: (object) => truncate(diskLayout(root).sealedPath(object), object.size - 1),
    residue: async () => [
      ...(await readdir(join(root, 'pending'))).map((name) => `pending/${name}`),
      ...(await openFilesBelow(root)),
      ...(pool.lent === 0 ? [] : [`${pool.lent} buffers`]),
    ],
    remove: () => rm(root, { recursive: true }),
  };
});

/** Files below `root` that this process holds open; Linux only, elsewhere nothing is found. */
async function openFilesBelow(root: string): Promise<string[]> {
  const descriptors = await readdir('/proc/self/fd').catch(() => []);
  const targets = await Promise.all(descriptors.map((fd) => readlink(`/proc/self/fd/${fd}`).catch(() => '')));
  return targets.filter((target) => target.startsWith(root));
}
