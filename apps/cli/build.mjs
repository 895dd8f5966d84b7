// Bundles the workspace packages into dist/ (or the directory named as argument); packages from npm stay where they are installed.
import { readdir, rm, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const directory = fileURLToPath(new URL('.', import.meta.url));
const outdir = resolve(directory, process.argv[2] ?? 'dist');

/** `@berth/x` -> the source its package exports; anything else that is not a path is left to Node. */
const workspacePackages = {
  name: 'workspace packages',
  setup(plugin) {
    plugin.onResolve({ filter: /^@berth\// }, ({ path }) => ({ path: fileURLToPath(import.meta.resolve(path)) }));
  },
};

const { metafile } = await build({
  absWorkingDir: directory,
  entryPoints: ['src/index.ts'],
  outdir,
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  packages: 'external',
  plugins: [workspacePackages],
  sourcemap: true,
  sourcesContent: false,
  logLevel: 'warning',
  chunkNames: 'chunks/[name]-[hash]',
  metafile: true,
});

// Chunks of earlier builds go, but not at once: a server that was started from one may still load parts of it.
const KEEP_MS = 24 * 60 * 60 * 1000;
const made = new Set(Object.keys(metafile.outputs).map((path) => resolve(directory, path)));
for (const name of await readdir(join(outdir, 'chunks'))) {
  const path = join(outdir, 'chunks', name);
  if (!made.has(path) && Date.now() - (await stat(path)).mtimeMs > KEEP_MS) await rm(path);
}
