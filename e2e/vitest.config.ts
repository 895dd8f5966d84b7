import { defineConfig } from 'vitest/config';

/**
 * Four modes: none (unit tests of the harness, needs nothing), `smoke` (Berth alone, over HTTP), `e2e` (all, with real clients) and
 * `compose` (builds the image and runs the installer; minutes of its own).
 * Files run one after another: each starts a registry and often a Docker engine, and a shared machine would blur what a failure means.
 */
export default defineConfig(({ mode }) => ({
  test: {
    include: include(mode),
    fileParallelism: false,
    testTimeout: 300_000,
    hookTimeout: 120_000,
    reporters: ['default'],
    pool: 'forks',
  },
}));

function include(mode: string): string[] {
  if (mode === 'e2e') return ['**/*.e2e.ts'];
  if (mode === 'compose') return ['**/*.compose.ts'];
  if (mode === 'smoke') return ['smoke.e2e.ts'];
  return ['**/*.test.ts'];
}
