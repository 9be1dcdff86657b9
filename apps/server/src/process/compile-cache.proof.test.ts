import { chown, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { createTemporaryDirectory, startServer } from '@parts/testkit';
import { expect, test } from 'vitest';
import { REPOSITORY } from '../testing/repository.ts';

const CACHE = join(REPOSITORY, 'apps/server/node_modules/.cache/compiled');
const NOBODY = 65_534;

test('compiled sources are kept where only the owner of the installation can write', async () => {
  const temporary = await createTemporaryDirectory();
  const server = await startServer({ env: { TMPDIR: temporary } });
  expect(await server.end('SIGTERM')).toEqual({ code: 0, signal: null });

  expect(await readdir(temporary)).toEqual([]);
  const { mode, uid } = await stat(CACHE);
  expect({ mode: mode & 0o777, uid }).toEqual({ mode: 0o700, uid: process.getuid?.() });
  expect(await readdir(CACHE)).not.toEqual([]);
});

test.runIf(process.getuid?.() === 0)(
  'a user who can not write to the installation starts the server, too',
  async () => {
    const directory = await createTemporaryDirectory();
    await chown(directory, NOBODY, NOBODY);
    const server = await startServer({ directory, userId: NOBODY });
    expect((await server.request('/healthz')).status).toBe(200);
  },
);
