import { defineConfig } from 'vitest/config';

export default defineConfig({ test: { globalSetup: ['@berth/database/testing/global-setup'] } });
