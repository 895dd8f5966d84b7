import { defineConfig } from 'vitest/config';

/** Real engines in namespaces of their own (root is needed): one file at a time, since each starts a docker engine. */
export default defineConfig({
  test: {
    include: ['e2e/**/*.e2e.ts'],
    fileParallelism: false,
    testTimeout: 120_000,
    hookTimeout: 120_000,
    reporters: ['default'],
    pool: 'forks',
  },
});
