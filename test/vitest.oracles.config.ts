import { defineConfig } from 'vitest/config';

export default defineConfig({
  root: new URL('..', import.meta.url).pathname,
  test: { include: ['test/**/*.oracle.test.ts'], testTimeout: 300_000, hookTimeout: 600_000 },
});
