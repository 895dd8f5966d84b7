import { existsSync } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { dirname, extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** One file of the built portal; the build leaves compressed copies beside it. */
export interface PortalFile {
  readonly path: string;
  readonly contentType: string;
  /** Its name holds a hash of its content, so it may be kept for ever. */
  readonly immutable: boolean;
  readonly encodings: readonly Encoding[];
}

export type Encoding = 'br' | 'gzip';
export const SUFFIXES: Readonly<Record<Encoding, string>> = { br: '.br', gzip: '.gz' };

export interface PortalFiles {
  /** `index.html`, with {@link NONCE_PLACE} where the nonce of each answer goes. */
  readonly page: string;
  /** By URL path. Only what is listed here is ever opened, so no path can lead elsewhere. */
  readonly files: ReadonlyMap<string, PortalFile>;
}

export const NONCE_PLACE = '__CSP_NONCE__';

const TYPES: Readonly<Record<string, string>> = {
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.json': 'application/json',
};
const BUILD = join('apps', 'portal', 'dist');

/** The folder of the built portal, searched upwards from this very program: the bundle and the sources lie at different depths. */
export function findPortalBuild(from = fileURLToPath(import.meta.url)): string | undefined {
  for (let folder = dirname(from); ; folder = dirname(folder)) {
    const candidate = join(folder, BUILD);
    if (existsSync(join(candidate, 'index.html'))) return candidate;
    if (folder === dirname(folder)) return undefined;
  }
}

export async function readPortalFiles(folder: string): Promise<PortalFiles> {
  const names = await readdir(folder, { recursive: true });
  const present = new Set(names);
  const files = new Map<string, PortalFile>();
  for (const name of names) {
    const contentType = TYPES[extname(name)];
    if (contentType === undefined || !(await stat(join(folder, name))).isFile()) continue;
    const path = name.split('\\').join('/');
    const encodings = (Object.keys(SUFFIXES) as Encoding[]).filter((encoding) => present.has(name + SUFFIXES[encoding]));
    files.set(`/${path}`, { path: join(folder, name), contentType, immutable: path.startsWith('assets/'), encodings });
  }
  return { page: await readFile(join(folder, 'index.html'), 'utf8'), files };
}
