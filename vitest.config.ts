import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    // Many tests start a process or two, and a machine for checks may be slow.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // For conditions that come true by themselves. Only a test that fails waits for so long.
    expect: { poll: { timeout: 20_000, interval: 10 } },
    // The tests themselves only wait, so that none of the cores has to be left to something else.
    maxWorkers: '100%',
  },
});
