#!/usr/bin/env node
// Committed and executable, so that npm links it; what it runs is made by the build.
import { existsSync } from 'node:fs';

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(`berth needs Node.js 20.19 or newer; this is ${process.version}.`);
  process.exit(1);
}
const program = new URL('../dist/index.js', import.meta.url);
if (!existsSync(program)) {
  console.error('berth is not built yet. In the checkout run: npm ci && npm run build');
  process.exit(1);
}
const { main } = await import(program.href);
process.exitCode = await main(process.argv);
