import { availableParallelism } from 'node:os';
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { defineConfig, type TestProjectInlineConfiguration } from 'vitest/config';
import { isPostgresAvailable } from './tests/testkit/src/postgres/find-postgres.ts';

const inRepository = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** What is true of the service on each storage: these tests run on PostgreSQL as well. */
const ON_POSTGRES = [
  'packages/http/src/**/*.test.ts',
  'apps/server/src/{content,feeds,server,wiring,write-lock}.test.ts',
  'apps/server/src/{events/start-events,events/webhook,tokens/tokens}.test.ts',
]
  .map((pattern) => relative(process.cwd(), inRepository(pattern)))
  // A package runs its own tests alone.
  .filter((pattern) => !pattern.startsWith('..'));

/** @param engine what the tests store in, unless they are about one engine */
const createProject = (
  engine: 'sqlite' | 'postgres',
  include?: string[],
): TestProjectInlineConfiguration => ({
  test: {
    name: engine,
    ...(include && { include }),
    provide: { engine },
    // Most tests open a storage, whose thread would compile its sources each time: 90 ms of CPU time instead of 30.
    env: {
      NODE_COMPILE_CACHE: inRepository('node_modules/.cache/compiled'),
    },
    // Many tests start a process or two, and a machine for checks may be slow.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // For conditions that come true by themselves. Only a test that fails waits for so long.
    expect: { poll: { timeout: 20_000, interval: 10 } },
    // To load the modules anew for each file takes a quarter of all the time.
    isolate: false,
  },
});

export default defineConfig({
  test: {
    projects: [
      createProject('sqlite'),
      ...(isPostgresAvailable() ? [createProject('postgres', ON_POSTGRES)] : []),
    ],
    // Starts nothing until a test wants it.
    globalSetup: inRepository('tests/testkit/src/postgres/global-setup.ts'),
    // The tests themselves mostly wait for processes.
    maxWorkers: availableParallelism() + 1,
  },
});
