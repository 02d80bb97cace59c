import { defineConfig } from 'vitest/config';

export default defineConfig({
  root: new URL('.', import.meta.url).pathname,
  test: {
    include: ['test/**/*.test.ts'],
    // These need a Debian tool; `npm run test:oracles` runs them.
    exclude: ['test/**/*.oracle.test.ts'],
    testTimeout: 120_000,
    hookTimeout: 300_000,
    // One process for many files: each would load the rules and warm up anew, which took a third of the time.
    isolate: false,
    // Two cores are there wherever this runs, and vitest would leave one of two free.
    maxWorkers: 2,
    // A line for each file as it ends, also where no terminal is.
    reporters: ['default'],
  },
});
