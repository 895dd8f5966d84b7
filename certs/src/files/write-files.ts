import { randomBytes } from 'node:crypto';
import { constants, copyFile, link, lstat, mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { CertificateError, reasonOf } from '../errors.ts';

/** One file of a set. `secret` files are 0600 whatever the umask; others are 0644. What root replaces keeps its owner. */
export interface FileToWrite {
  readonly path: string;
  readonly content: string | Uint8Array;
  readonly secret?: boolean;
}

export interface WriteFilesOptions {
  /** Replace files that are there. Without it any existing file refuses the whole set. */
  readonly force?: boolean;
}

/**
 * Writes a set of files all or nothing: every file is first written beside its place and fsynced, then put there, then the directories are fsynced.
 * When a step fails, files already placed are taken back (the old content returns) and the temporary files are removed.
 * @throws CertificateError that says which file refused and that nothing was changed.
 */
export async function writeFiles(files: readonly FileToWrite[], options: WriteFilesOptions = {}): Promise<void> {
  await refuseExistingFiles(
    files.map((file) => file.path),
    options.force === true,
  );
  const staged: Staged[] = [];
  const placed: Staged[] = [];
  try {
    for (const file of files) staged.push(await stage(file));
    for (const one of staged) {
      await place(one, options.force === true);
      placed.push(one);
    }
    for (const directory of new Set(files.map((file) => dirname(file.path)))) await syncDirectory(directory);
  } catch (error) {
    const lost = await undo(staged, placed);
    const words = reasonOf(error);
    if (lost.length === 0)
      throw new CertificateError(`The files could not be written: ${words}. Nothing was changed.`, {
        cause: error,
        reason: 'certificate-write-failed',
        values: { words },
      });
    throw new CertificateError(`The files could not be written: ${words}. These could not be put back: ${lost.join(', ')}.`, {
      cause: error,
      reason: 'certificate-write-lost',
      values: { words, lost: lost.join(', ') },
    });
  }
  for (const one of staged) if (one.backup !== undefined) await rm(one.backup, { force: true });
}

/** Makes a directory and its parents; `secret` ones get mode 0700 when they are new. */
export async function ensureDirectory(path: string, secret = false): Promise<void> {
  try {
    await mkdir(path, { recursive: true, mode: secret ? 0o700 : 0o755 });
  } catch (error) {
    throw new CertificateError(`The directory ${path} could not be made: ${reasonOf(error)}.`, {
      cause: error,
      reason: 'certificate-directory-failed',
      values: { directory: path, words: reasonOf(error) },
    });
  }
}

interface Staged {
  readonly path: string;
  readonly temporary: string;
  backup?: string;
}

/** @throws CertificateError when one of the paths is taken; with `force` only when it is a directory. Lets a command refuse before slow work. */
export async function refuseExistingFiles(paths: readonly string[], force: boolean): Promise<void> {
  const present: string[] = [];
  for (const path of paths) {
    const stat = await lstat(path).catch(() => undefined);
    if (stat === undefined) continue;
    if (stat.isDirectory())
      throw new CertificateError(`${path} is a directory; a file is to be written there. Nothing was changed.`, {
        reason: 'certificate-write-directory',
        values: { file: path },
      });
    present.push(path);
  }
  if (present.length > 0 && !force)
    throw new CertificateError(
      `${present.join(', ')} ${present.length === 1 ? 'exists already and was' : 'exist already and were'} kept; nothing was written. Add --force to replace, or choose another --dir.`,
      { reason: 'certificate-write-present', values: { files: present.join(', ') } },
    );
}

async function stage(file: FileToWrite): Promise<Staged> {
  const temporary = join(dirname(file.path), `.berth-${randomBytes(8).toString('hex')}.tmp`);
  const mode = file.secret ? 0o600 : 0o644;
  const handle = await open(temporary, 'wx', mode);
  try {
    await handle.chmod(mode);
    // With sudo a file stays its owner's: the server that runs as another user reads the same ledger and keys.
    const old = process.getuid?.() === 0 ? await lstat(file.path).catch(() => undefined) : undefined;
    if (old !== undefined) await handle.chown(old.uid, old.gid);
    await handle.writeFile(file.content);
    await handle.sync();
  } catch (error) {
    await handle.close();
    await rm(temporary, { force: true });
    throw error;
  }
  await handle.close();
  return { path: file.path, temporary };
}

/** Without force the name is taken by link, which fails if another process made the file in the meantime. */
async function place(one: Staged, force: boolean): Promise<void> {
  if (!force) {
    if (await linkOrFalse(one.temporary, one.path)) await rm(one.temporary);
    else {
      await (await open(one.path, 'wx')).close();
      await rename(one.temporary, one.path);
    }
    return;
  }
  const old = await lstat(one.path).catch(() => undefined);
  if (old !== undefined) {
    const backup = `${one.temporary}.old`;
    if (!(await linkOrFalse(one.path, backup))) await copyFile(one.path, backup, constants.COPYFILE_EXCL);
    one.backup = backup;
  }
  await rename(one.temporary, one.path);
}

/** False on file systems that have no hard links. */
async function linkOrFalse(from: string, to: string): Promise<boolean> {
  return link(from, to).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK'].includes(error.code ?? '')) return false;
      throw error;
    },
  );
}

async function undo(staged: readonly Staged[], placed: readonly Staged[]): Promise<string[]> {
  const lost: string[] = [];
  for (const one of staged) {
    await rm(one.temporary, { force: true }).catch(() => lost.push(one.temporary));
    if (one.backup !== undefined) {
      // rename between two links of one file does nothing, so the backup is removed afterwards in any case.
      const backup = one.backup;
      await rename(backup, one.path)
        .then(() => rm(backup, { force: true }))
        .catch(() => lost.push(one.path));
    } else if (placed.includes(one)) await rm(one.path, { force: true }).catch(() => lost.push(one.path));
  }
  return lost;
}

async function syncDirectory(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
