#!/usr/bin/env node
// Committed and executable, so that npm links it; what it runs is made by the build.
// CommonJS (see package.json beside it), since loading an ES module already starts the thread pool whose size is set here.
const { existsSync } = require('node:fs');
const { join } = require('node:path');
const { pathToFileURL } = require('node:url');

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(`berth needs Node.js 20.19 or newer; this is ${process.version}.`);
  process.exit(1);
}
const program = join(__dirname, '..', 'dist', 'index.js');
if (!existsSync(program)) {
  console.error('berth is not built yet. In the checkout run: npm ci && npm run build');
  process.exit(1);
}
// A push waits in fsync most of the time, and each wait holds a thread: with Node's four, a fifth push stops every pull.
process.env.UV_THREADPOOL_SIZE ??= '16';
import(pathToFileURL(program).href).then(async ({ main }) => {
  process.exitCode = await main(process.argv);
});
