import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createDatabase, createTemporaryDirectory, hasPostgres } from '@parts/testkit';
import { describe, expect, test, vi } from 'vitest';
import { type Server, serve } from '../testing/serve.ts';
import { runCommand } from './run-command.ts';

/** Copies, and says what was printed. */
async function copy(from: string, to: string) {
  const log = vi.spyOn(console, 'log').mockImplementation(() => {});
  const error = vi.spyOn(console, 'error').mockImplementation(() => {});
  try {
    const typed = { env: {}, workingDirectory: await createTemporaryDirectory() };
    const code = await runCommand(['copy', '--from', from, '--to', to], typed);
    return { code, printed: [...log.mock.calls, ...error.mock.calls].join('\n') };
  } finally {
    log.mockRestore();
    error.mockRestore();
  }
}

async function send(server: Server, method: string, path: string, body: unknown): Promise<void> {
  const headers = { 'Content-Type': 'application/json' };
  const response = await server.request(path, { method, headers, body: JSON.stringify(body) });
  expect(response.ok, await response.text()).toBe(true);
}

/** Makes a change of each kind, some of them to parts of the seed and some to others. */
async function changeMuch(server: Server): Promise<void> {
  const rows = [
    { part_number: 'PCB-1001', name: 'Renamed' },
    { part_number: 'NEW-1', name: 'Größe „A“' },
  ];
  await server.changeStatus(2, 'Approved');
  await send(server, 'PATCH', '/v1/parts/2', { part_number: 'PCB-2', description: '' });
  await send(server, 'POST', '/v1/parts', { part_number_prefix: 'PCB-', name: 'Relay' });
  await send(server, 'POST', '/v1/imports?existing=update', rows);
  await send(server, 'PATCH', '/v1/parts/3', { retired: true, reason: 'old' });
  await send(server, 'PATCH', '/v1/parts/3', { retired: false });
  await send(server, 'PATCH', '/v1/parts/13', { retired: true });
}

async function readAll(server: Server) {
  const [parts, audit] = await Promise.all(
    ['/v1/parts?retired=any', '/v1/audit'].map(
      async (path) => (await server.request(path)).json() as Promise<unknown[]>,
    ),
  );
  return { parts, audit };
}

describe.runIf(hasPostgres())('parts-server copy', () => {
  test('takes a file to PostgreSQL and back: all is equal, and the service goes on', async () => {
    const server = await serve();
    await changeMuch(server);
    const before = await readAll(server);
    expect(before.audit).toHaveLength(8);
    await server.stop();
    const url = await createDatabase();
    const there = await copy(server.databasePath, url);
    expect(there).toEqual({ code: 0, printed: expect.stringContaining('"id":8') });

    const moved = await serve({ env: { DATABASE_URL: url } });
    expect(await readAll(moved)).toEqual(before);
    expect((await moved.changeStatus(4, 'Approved')).status).toBe(200);
    const after = await readAll(moved);
    await moved.stop();
    const file = join(await createTemporaryDirectory(), 'back.db');
    const back = await copy(url, file);
    expect(back).toEqual({ code: 0, printed: expect.stringContaining('"id":9') });
    const returned = await serve({ env: { DATABASE_PATH: file } });
    expect(await readAll(returned)).toEqual(after);
    expect((await returned.changeStatus(4, 'Draft')).status).toBe(200);
  });

  test('refuses a target that is in use, and a source that is not there', async () => {
    const server = await serve();
    await server.stop();
    const url = await createDatabase();
    expect(await copy(server.databasePath, url)).toMatchObject({ code: 0 });
    const again = await copy(server.databasePath, url);
    expect(again).toEqual({
      code: 1,
      printed: expect.stringContaining('a copy needs a new database'),
    });
    const onFile = await copy(url, server.databasePath);
    expect(onFile).toEqual({ code: 1, printed: expect.stringContaining('exists already') });
    const missing = `${server.databasePath}-missing`;
    const none = await copy(missing, url);
    expect(none).toEqual({ code: 1, printed: expect.stringContaining('there is no file') });
    expect(existsSync(missing)).toBe(false);
  });
});
