import { copyFile, readdir, rename, rm, rmdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { CertificateError, reasonOf } from '../errors.ts';
import { ensureDirectory, writeFiles } from '../files/write-files.ts';
import type { InstallStep } from './plan-install.ts';

/** Carries out a plan: all files or none. @throws CertificateError when a directory may not be written (with the advice to use sudo or --rootless). */
export async function applyInstall(steps: readonly InstallStep[]): Promise<void> {
  const writes = steps.filter((step) => (step.action === 'write' || step.action === 'replace') && step.content !== undefined);
  try {
    for (const step of writes) await ensureDirectory(dirname(step.path));
    for (const step of writes.filter((one) => one.action === 'replace' && one.note !== undefined))
      await copyFile(step.path, `${step.path}.before-berth`);
    await writeFiles(
      writes.map((step) => ({ path: step.path, content: step.content ?? '' })),
      { force: writes.some((step) => step.action === 'replace') },
    );
  } catch (error) {
    throw explain(error);
  }
}

/** Removes what `install` wrote, puts back what it replaced, and drops directories that are empty then. */
export async function applyUndo(steps: readonly InstallStep[]): Promise<void> {
  try {
    for (const step of steps.filter((one) => one.action === 'remove')) {
      if (step.content === undefined) await rm(step.path);
      else await rename(`${step.path}.before-berth`, step.path);
    }
    for (const directory of new Set(steps.map((step) => dirname(step.path))))
      if ((await readdir(directory)).length === 0) await rmdir(directory);
  } catch (error) {
    throw explain(error);
  }
}

function explain(error: unknown): CertificateError {
  const code = ((error as NodeJS.ErrnoException).code ?? ((error as Error).cause as NodeJS.ErrnoException | undefined)?.code) || '';
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS')
    return new CertificateError(
      `These directories may not be written by this user (${reasonOf(error)}). Run the same command with sudo, or with --rootless for an engine of your own.`,
      { cause: error },
    );
  return error instanceof CertificateError
    ? error
    : new CertificateError(`The trust could not be changed: ${reasonOf(error)}.`, { cause: error });
}
