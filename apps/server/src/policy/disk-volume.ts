import { statfs } from 'node:fs/promises';
import type { Volume } from './policy.ts';

/** The file system that a folder lies on. */
export async function diskVolume(folder: string): Promise<Volume> {
  const { bsize, blocks, bavail } = await statfs(folder);
  return { total: bsize * blocks, free: bsize * bavail };
}
