import { defineConfig } from 'vitest/config';

export default defineConfig({
  // A busy machine is no failure: nothing here asserts how long it takes.
  test: {
    globalSetup: ['@berth/database/testing/global-setup'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    expect: { poll: { timeout: 30_000 } },
  },
});
