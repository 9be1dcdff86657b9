import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['scenarios/*.torture.ts'],
    testTimeout: 3_600_000,
    // A scenario that failed leaves what it found; the next ones would only hide it.
    bail: 1,
    // Scenarios wait more than they compute, but many at once would slow each other down.
    maxWorkers: 2,
    // Starts nothing until a scenario wants it.
    globalSetup: fileURLToPath(new URL('../testkit/src/postgres/global-setup.ts', import.meta.url)),
  },
});
