import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  interface ProvidedContext {
    berthProgram: string;
  }
}

const PACKAGE = fileURLToPath(new URL('../..', import.meta.url));
let directory: string | undefined;

/** Builds the command as it is now, beside dist/, which a running server may be using; below the package, so that npm packages are found. */
export function setup(project: TestProject): void {
  const cache = join(PACKAGE, 'node_modules', '.cache');
  mkdirSync(cache, { recursive: true });
  directory = mkdtempSync(join(cache, 'berth-test-'));
  execFileSync(process.execPath, [join(PACKAGE, 'build.mjs'), directory], { stdio: 'inherit' });
  const program = join(directory, 'berth.mjs');
  writeFileSync(program, "const { main } = await import('./index.js');\nprocess.exitCode = await main(process.argv);\n");
  project.provide('berthProgram', program);
}

export function teardown(): void {
  if (directory !== undefined) rmSync(directory, { recursive: true, force: true });
}
