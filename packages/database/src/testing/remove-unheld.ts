import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { DataDirectoryInUseError } from '../embedded/index.ts';
import { type InstanceLock, lockDataDirectory } from '../embedded/instance-lock.ts';
import { clearRemains } from '../embedded/orphan.ts';
import { removeLeftover } from '../embedded/runtime-directory.ts';

/** Ends the Postgres of a killed run in `dataDir` and removes the directory; leaves it alone when a process still holds it. */
export async function removeUnheld(dataDir: string): Promise<void> {
  let lock: InstanceLock;
  try {
    lock = await lockDataDirectory(dataDir);
  } catch (error) {
    if (error instanceof DataDirectoryInUseError) return;
    throw error;
  }
  await clearRemains(join(dataDir, 'cluster'), () => undefined);
  removeLeftover(dataDir);
  await lock.release();
  await rm(dataDir, { recursive: true, force: true, maxRetries: 5 });
}
