// Bundles the workspace packages into dist/; packages from npm stay where they are installed.
import { rm } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const directory = fileURLToPath(new URL('.', import.meta.url));

/** `@berth/x` -> the source its package exports; anything else that is not a path is left to Node. */
const workspacePackages = {
  name: 'workspace packages',
  setup(plugin) {
    plugin.onResolve({ filter: /^@berth\// }, ({ path }) => ({ path: fileURLToPath(import.meta.resolve(path)) }));
  },
};

await rm(new URL('dist', import.meta.url), { recursive: true, force: true });
await build({
  absWorkingDir: directory,
  entryPoints: ['src/index.ts'],
  outdir: 'dist',
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
});
