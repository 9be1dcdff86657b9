import { spawnSync } from 'node:child_process';
import { join, relative } from 'node:path';
import { createTemporaryDirectory, startServer } from '@parts/testkit';
import { expect, test } from 'vitest';
import { PATH_OUTSIDE, REPOSITORY } from '../testing/repository.ts';

const hasPnpm = spawnSync('pnpm', ['--version'], { env: { PATH: PATH_OUTSIDE } }).status === 0;

// Plain `node` is how every other test starts the server.
test.for([
  ['pnpm start', '.'],
  ['pnpm start', 'apps/server'],
  ['pnpm --filter server start', '.'],
  ['npm start', '.'],
  ['npm start', 'apps/server'],
] as const)(
  '"%s", typed in %s, serves a database relative to there',
  async ([command, typedIn], { skip }) => {
    skip(command.startsWith('pnpm') && !hasPnpm, 'pnpm is not installed');
    const directory = join(REPOSITORY, typedIn);
    const databasePath = join(await createTemporaryDirectory(), 'parts.db');

    const server = await startServer({
      command,
      directory,
      env: {
        PATH: PATH_OUTSIDE,
        DATABASE_PATH: relative(directory, databasePath),
        // No look for a newer npm in the network.
        npm_config_update_notifier: 'false',
      },
    });

    expect(server.databasePath).toBe(databasePath);
    expect((await server.request('/v1/parts/1')).status).toBe(200);
  },
);

test.each(['.', 'apps/server'])(
  'a signal to "npm start" in %s ends the server',
  async (typedIn) => {
    const server = await startServer({
      command: 'npm start',
      directory: join(REPOSITORY, typedIn),
      env: {
        PATH: PATH_OUTSIDE,
        DATABASE_PATH: join(await createTemporaryDirectory(), 'parts.db'),
        npm_config_update_notifier: 'false',
      },
    });
    server.kill('SIGTERM');
    await server.waitForLog({ msg: 'stopped' });
  },
);
