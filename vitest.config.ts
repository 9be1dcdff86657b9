import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    // Most tests open a storage, whose thread would compile its sources each time: 90 ms of CPU time instead of 30.
    env: {
      NODE_COMPILE_CACHE: fileURLToPath(new URL('./node_modules/.cache/compiled', import.meta.url)),
    },
    // Many tests start a process or two, and a machine for checks may be slow.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // For conditions that come true by themselves. Only a test that fails waits for so long.
    expect: { poll: { timeout: 20_000, interval: 10 } },
    // To load the modules anew for each file takes a quarter of all the time.
    isolate: false,
    // Starts nothing until a test wants it.
    globalSetup: fileURLToPath(
      new URL('./tests/testkit/src/postgres/global-setup.ts', import.meta.url),
    ),
    // The tests themselves mostly wait for processes.
    maxWorkers: availableParallelism() + 1,
  },
});
