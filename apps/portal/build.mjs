// Builds the portal, leaves compressed copies beside its files, and fails when what a first visit loads has grown too large.
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import { build } from 'vite';

/** JavaScript and CSS of the first visit together, gzipped. */
const BUDGET_BYTES = 250 * 1024;
const MINIMUM_BYTES = 1024;
/** What a person sees first: both sides of the sign-in. */
const FIRST_PAGES = [
  'src/features/sign-in/sign-in-page.tsx',
  'src/features/dashboard/dashboard-page.tsx',
  'src/features/projects/projects-page.tsx',
];

const directory = fileURLToPath(new URL('.', import.meta.url));
const dist = join(directory, 'dist');

await build({ root: directory, logLevel: 'warn' });

const sizes = new Map();
for (const name of await readdir(dist, { recursive: true })) {
  if (!['.js', '.css', '.svg'].includes(extname(name))) continue;
  const bytes = await readFile(join(dist, name));
  const packed = await promisify(gzip)(bytes, { level: 9 });
  sizes.set(name, packed.length);
  if (bytes.length < MINIMUM_BYTES) continue;
  const smallest = await promisify(brotliCompress)(bytes, {
    params: { [constants.BROTLI_PARAM_QUALITY]: 9, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length },
  });
  await Promise.all([writeFile(join(dist, `${name}.gz`), packed), writeFile(join(dist, `${name}.br`), smallest)]);
}

const manifestFile = join(dist, '.vite', 'manifest.json');
const manifest = JSON.parse(await readFile(manifestFile, 'utf8'));
await rm(join(dist, '.vite'), { recursive: true });
const first = firstLoad(manifest, ['index.html', ...languageChunks(manifest), ...FIRST_PAGES]);
const total = [...first].reduce((sum, name) => sum + (sizes.get(name) ?? 0), 0);
if (total > BUDGET_BYTES) {
  const parts = [...first].map((name) => `  ${((sizes.get(name) ?? 0) / 1024).toFixed(1)} KiB ${name}`).join('\n');
  process.stderr.write(`The first visit loads ${(total / 1024).toFixed(1)} KiB gzipped, more than ${BUDGET_BYTES / 1024}:\n${parts}\n`);
  process.exitCode = 1;
} else {
  process.stdout.write(`First visit: ${(total / 1024).toFixed(1)} KiB of ${BUDGET_BYTES / 1024} gzipped\n`);
}

/** Files that the entries import without waiting for a click. */
function firstLoad(manifest, entries) {
  const files = new Set(['color-scheme.js']);
  const seen = new Set();
  const visit = (key) => {
    const chunk = manifest[key];
    if (chunk === undefined || seen.has(key)) return;
    seen.add(key);
    files.add(chunk.file);
    for (const name of chunk.css ?? []) files.add(name);
    for (const imported of chunk.imports ?? []) visit(imported);
  };
  for (const entry of entries) visit(entry);
  return files;
}

/** One language is loaded before the first paint: the larger counts. */
function languageChunks(manifest) {
  const keys = Object.keys(manifest).filter((key) => /shared\/i18n\/(en|zh)\.ts$/.test(key));
  return keys.sort((a, b) => (sizes.get(manifest[b].file) ?? 0) - (sizes.get(manifest[a].file) ?? 0)).slice(0, 1);
}
