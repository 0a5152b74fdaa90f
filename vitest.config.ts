import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 120_000,
    hookTimeout: 120_000,
    pool: 'threads',
    // No folder: what a test runs neither reads nor writes the cache of whoever runs the tests.
    env: { XDG_CACHE_HOME: '/dev/null/replay-tests' },
  },
});
