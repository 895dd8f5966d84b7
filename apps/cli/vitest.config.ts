import { defineConfig } from 'vitest/config';

// The tests start real servers as child processes: on a busy machine that takes its time.
export default defineConfig({ test: { globalSetup: ['./src/testing/global-setup.ts'], testTimeout: 60_000, hookTimeout: 60_000 } });
