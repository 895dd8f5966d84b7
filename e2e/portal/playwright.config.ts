import { existsSync } from 'node:fs';
import { defineConfig } from '@playwright/test';

const CHROMIUM = '/usr/bin/chromium';
const FLAGS = [
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** The portal in a real browser against a real server. Where Debian's chromium is missing, the browser that Playwright brought is used. */
export default defineConfig({
  testDir: '.',
  testMatch: process.env['PORTAL_SCREENSHOTS'] === undefined ? '**/*.spec.ts' : '**/*.shots.ts',
  outputDir: '../test-results/portal',
  globalSetup: './start-scene.ts',
  workers: 1,
  timeout: 180_000,
  // Once more on a busy machine; a test that needs it is listed as flaky, not as passed.
  retries: process.env['CI'] === undefined ? 0 : 1,
  expect: { timeout: 10_000 },
  reporter: 'list',
  use: {
    viewport: { width: 1280, height: 800 },
    locale: 'en-GB',
    permissions: ['clipboard-read', 'clipboard-write'],
    launchOptions: {
      args: process.getuid?.() === 0 ? [...FLAGS, '--no-sandbox'] : FLAGS,
      ...(existsSync(CHROMIUM) ? { executablePath: CHROMIUM } : {}),
    },
  },
});
