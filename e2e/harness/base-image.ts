import { copyFile, mkdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { type DockerEngine } from './docker-engine.ts';
import { run } from './processes.ts';
import { removeFolder, scratchFolder } from './scratch.ts';
import { requireTool } from './tools.ts';

export const BASE_IMAGE = 'base:1';

/** A root file system of one static busybox, as a folder that the caller removes. */
export async function busyboxRoot(): Promise<string> {
  const root = await scratchFolder('busybox');
  for (const folder of ['bin', 'etc', 'tmp']) await mkdir(join(root, folder));
  await copyFile(requireTool('busybox'), join(root, 'bin/busybox'));
  for (const name of ['sh', 'cat', 'echo', 'ls', 'sleep', 'true']) await symlink('busybox', join(root, 'bin', name));
  return root;
}

/** Gives an engine the image that the tests' Dockerfiles start from; nothing is pulled from outside. */
export async function importBaseImage(engine: DockerEngine): Promise<void> {
  const root = await busyboxRoot();
  try {
    const archive = join(engine.folder, 'base.tar');
    await run('tar', ['-C', root, '-cf', archive, '.']);
    await engine.docker(['import', archive, BASE_IMAGE]);
  } finally {
    await removeFolder(root);
  }
}
