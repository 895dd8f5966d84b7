import { chmodSync, constants, copyFileSync, linkSync, mkdirSync, readdirSync, readlinkSync, statSync, symlinkSync } from 'node:fs';
import { readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { EmbeddedPostgresError } from './embedded-postgres-error.ts';

/** A tree with bin/, lib/ and share/ of one Postgres version. */
export interface PostgresBinaries {
  readonly directory: string;
  /** The npm package's version, such as 18.4.0-beta.17. */
  readonly version: string;
  readonly major: number;
}

/** Written last into a copy: a tree without it is half a copy. */
const MARKER = 'berth-binaries.json';

/** The npm package whose dependencies are the binaries of each platform. */
export const PACKAGE = 'embedded-postgres';

/** Finds the installed package with the binaries for this platform. Rejects when npm left it out. */
export async function findInstalledBinaries(packageName: string): Promise<PostgresBinaries> {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  const entry = resolvePackage(packageName, name);
  const root = dirname(dirname(entry));
  const manifest = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { version: string };
  return { directory: join(root, 'native'), version: manifest.version, major: majorOf(manifest.version) };
}

function resolvePackage(packageName: string, name: string): string {
  try {
    // The platform packages are dependencies of embedded-postgres and need not be hoisted to where we could see them.
    return createRequire(createRequire(import.meta.url).resolve(packageName)).resolve(name);
  } catch (cause) {
    throw new EmbeddedPostgresError(
      `The embedded Postgres for ${process.platform} on ${process.arch} (npm package ${name}) is not installed. Run npm ci without --omit=optional, or set BERTH_DATABASE_URL to a Postgres of your own.`,
      { cause },
    );
  }
}

function majorOf(version: string): number {
  return Number.parseInt(version, 10);
}

/**
 * Keeps a copy of the binaries in the data directory, as binaries-<major>: after an upgrade of the npm package the copy can
 * still start the cluster that it made, which is what a carry-over to a new major needs; and `npm ci` in a running checkout
 * takes no library away from a running database.
 */
export async function keepBinaries(installed: PostgresBinaries, dataDir: string): Promise<PostgresBinaries> {
  const kept = join(dataDir, `binaries-${installed.major}`);
  if ((await readKept(kept))?.version === installed.version) return { ...installed, directory: kept };
  const fresh = `${kept}.new`;
  await rm(fresh, { recursive: true, force: true });
  await copyBinaries(installed, fresh);
  await rm(kept, { recursive: true, force: true });
  await rename(fresh, kept);
  return { ...installed, directory: kept };
}

/** The kept binaries of `major`, or undefined when there are none. */
export async function findKeptBinaries(dataDir: string, major: number): Promise<PostgresBinaries | undefined> {
  return readKept(join(dataDir, `binaries-${major}`));
}

async function readKept(directory: string): Promise<PostgresBinaries | undefined> {
  const text = await readFile(join(directory, MARKER), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (text === undefined) return undefined;
  const { version } = JSON.parse(text) as { version: string };
  return { directory, version, major: majorOf(version) };
}

/** Brings what running needs (no static libraries) to `target` and links the libraries under the names that programs ask for. */
export async function copyBinaries(source: PostgresBinaries, target: string): Promise<void> {
  for (const part of ['bin', 'lib', 'share']) copyTree(join(source.directory, part), join(target, part));
  await linkLibraries(source.directory, target);
  await writeFile(join(target, MARKER), `${JSON.stringify({ version: source.version })}\n`);
}

function copyTree(source: string, target: string): void {
  mkdirSync(target, { recursive: true });
  // Not left to the umask: the unprivileged user must be able to enter.
  chmodSync(target, 0o755);
  for (const entry of readdirSync(source, { withFileTypes: true })) {
    const from = join(source, entry.name);
    const to = join(target, entry.name);
    if (entry.isDirectory()) {
      if (entry.name !== 'pkgconfig') copyTree(from, to);
    } else if (entry.isSymbolicLink()) {
      symlinkSync(readlinkSync(from), to);
    } else if (!entry.name.endsWith('.a')) {
      copyOrLink(from, to);
    }
  }
}

/** Where a hard link is not possible: another file system, a file of somebody else, too many links, a file system without any. */
const NO_LINK = new Set(['EXDEV', 'EPERM', 'EACCES', 'EMLINK', 'ENOTSUP', 'ENOSYS']);

/**
 * A thousand files and 58 MB: hard links take 50 ms where copies take up to a second. They are safe, since npm replaces files
 * and never writes into one.
 */
function copyOrLink(from: string, to: string): void {
  const { mode } = statSync(from);
  const wanted = (mode & 0o111) === 0 ? 0o644 : 0o755;
  // A file that others may not read (npm under a strict umask) must be a copy, whose mode is ours to set.
  if ((mode & 0o755 & wanted) === wanted && tryLink(from, to)) return;
  copyFileSync(from, to, constants.COPYFILE_FICLONE);
  chmodSync(to, wanted);
}

function tryLink(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if (NO_LINK.has((error as NodeJS.ErrnoException).code ?? '')) return false;
    throw error;
  }
}

/** npm packs no symbolic links; the package lists them in pg-symlinks.json and makes them in an install script, which npm may not run. */
async function linkLibraries(source: string, target: string): Promise<void> {
  const text = await readFile(join(source, 'pg-symlinks.json'), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '[]';
    throw error;
  });
  for (const link of JSON.parse(text) as readonly { source: string; target: string }[]) {
    // Both are paths below the package, such as native/lib/libpq.so.5.18, in one directory.
    const path = join(target, link.target.replace(/^native\//, ''));
    const points = link.source.slice(link.source.lastIndexOf('/') + 1);
    await rm(path, { force: true });
    await symlink(points, path);
  }
}
