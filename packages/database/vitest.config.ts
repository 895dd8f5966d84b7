import { defineConfig } from 'vitest/config';

export default defineConfig({
  // A busy machine is no failure: nothing here asserts how long it takes.
  test: { globalSetup: ['./src/testing/global-setup.ts'], testTimeout: 30_000, hookTimeout: 60_000 },
});
