import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/build-sites.ts'],
    testTimeout: 60_000,
    hookTimeout: 120_000,
    // Two cores, and each file brings a workerd or a Chromium of its own.
    maxWorkers: 2,
    reporters: ['verbose'],
  },
});
