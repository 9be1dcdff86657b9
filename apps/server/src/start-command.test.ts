import { join, relative } from 'node:path';
import { expect, it } from 'vitest';
import { PATH_OUTSIDE, REPOSITORY } from './testing/repository.ts';
import { startServer } from './testing/start-server.ts';
import { createTemporaryDirectory } from './testing/temporary-directory.ts';

// Plain `node` is how every other test starts the server.
it.each([
  ['pnpm start', '.'],
  ['pnpm start', 'apps/server'],
  ['pnpm --filter server start', '.'],
  ['npm start', '.'],
  ['npm start', 'apps/server'],
])('"%s", typed in %s, serves a database relative to there', async (command, typedIn) => {
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
});
