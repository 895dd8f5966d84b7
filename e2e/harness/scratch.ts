import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Top of the checkout; found from the working directory's package when bundled elsewhere. */
export const CHECKOUT = findCheckout();

function findCheckout(): string {
  const here = fileURLToPath(import.meta.url);
  return here.slice(0, here.lastIndexOf('/e2e/'));
}

/**
 * A folder of the test's own. It can be entered by others, since the embedded Postgres runs under an unprivileged user
 * and podman's and docker's helpers do too; its name cannot be guessed.
 */
export async function scratchFolder(name: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), `berth-${name}-`));
  await chmod(folder, 0o755);
  return folder;
}

export async function removeFolder(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
}
