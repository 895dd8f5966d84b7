import { randomBytes } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { openS3Objects, type S3BlobStoreOptions } from '@berth/blob-store';
import { BackupError } from './backup-error.ts';

/**
 * Where backups are kept: a folder or the prefix of a bucket. Names consist of small letters, digits, dashes, dots and slashes.
 *
 *     berth-backup.json                   which place this is, and how it is encrypted
 *     blobs/<aa>/<name>.<part>            a part of a blob, shared by all backups here
 *     backups/<id>/<table>.<part>         rows of a table
 *     backups/<id>/contents               what belongs to the backup; written last
 */
export interface Place {
  /** For messages. */
  readonly label: string;
  /** Durable when it resolves, and wholly there or not at all. */
  put(name: string, bytes: Buffer): Promise<void>;
  get(name: string): Promise<Buffer | undefined>;
  /** Names that start so; ends with a slash. */
  list(namesFrom: string): AsyncIterable<string>;
  /** An absent one is fine. */
  remove(name: string): Promise<void>;
  close(): void;
}

/** Above what a part or a list of contents may come to. */
const MOST_BYTES = 256 * 1024 * 1024;

/** A folder by its path; made when `make` is given. */
export async function openFolderPlace(path: string, make: boolean): Promise<Place> {
  try {
    if (make) await mkdir(path, { recursive: true, mode: 0o700 });
    await readdir(path);
  } catch (error) {
    throw new BackupError(`The folder ${path} cannot be used: ${(error as Error).message}.`, { cause: error });
  }
  const made = new Set<string>();
  return {
    label: path,
    async put(name, bytes) {
      const target = join(path, name);
      const folder = dirname(target);
      if (!made.has(folder)) {
        await makeFolder(path, folder);
        made.add(folder);
      }
      const draft = join(folder, `.${randomBytes(8).toString('hex')}.draft`);
      try {
        const file = await open(draft, 'wx', 0o600);
        try {
          await file.writeFile(bytes);
          await file.sync();
        } finally {
          await file.close();
        }
        await rename(draft, target);
      } catch (error) {
        await rm(draft, { force: true });
        throw new BackupError(`${target} cannot be written: ${(error as Error).message}.`, { cause: error });
      }
      await syncFolder(folder);
    },
    async get(name) {
      try {
        return await readFile(join(path, name));
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
        throw new BackupError(`${join(path, name)} cannot be read: ${(error as Error).message}.`, { cause: error });
      }
    },
    list: (namesFrom) => filesBelow(path, namesFrom.replace(/\/$/, '')),
    remove: (name) => rm(join(path, name), { force: true }),
    close: () => undefined,
  };
}

async function makeFolder(root: string, folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  for (let parent = dirname(folder); parent.length >= root.length; parent = dirname(parent)) await syncFolder(parent);
}

async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

async function* filesBelow(root: string, folder: string): AsyncGenerator<string> {
  let entries;
  try {
    entries = await readdir(join(root, folder), { withFileTypes: true });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw new BackupError(`${join(root, folder)} cannot be read: ${(error as Error).message}.`, { cause: error });
  }
  for (const entry of entries) {
    const name = `${folder}/${entry.name}`;
    if (entry.isDirectory()) yield* filesBelow(root, name);
    else if (!entry.name.startsWith('.')) yield name;
  }
}

/** A prefix of a bucket. `label` is its `s3://` URL. */
export async function openS3Place(label: string, options: S3BlobStoreOptions): Promise<Place> {
  const objects = await openS3Objects(options);
  return { ...objects, label, get: (name) => objects.get(name, MOST_BYTES) };
}
