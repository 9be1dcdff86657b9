import { existsSync } from 'node:fs';
import { join } from 'node:path';
import {
  createDatabase,
  createTemporaryDirectory,
  followFeed,
  hasPostgres,
  queryDatabase,
} from '@parts/testkit';
import { describe, expect, test } from 'vitest';
import { runTyped } from '../testing/run-typed.ts';
import { type Server, serve } from '../testing/serve.ts';

/** Copies, and says what was printed. */
async function copy(from: string, to: string) {
  const { code, stdout, stderr } = await runTyped(['copy', '--from', from, '--to', to]);
  return { code, printed: stdout + stderr };
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
  test('takes a file to PostgreSQL and back: all is equal, and the service and its feeds go on', async () => {
    const server = await serve();
    await changeMuch(server);
    const before = await readAll(server);
    expect(before.audit).toHaveLength(8);
    const feed = await followFeed(server);
    await expect.poll(() => feed.events.length).toBe(8);
    const lastSeen = feed.events[4]?.id;
    await server.stop();
    const url = await createDatabase();
    const there = await copy(server.database, url);
    expect(there).toEqual({ code: 0, printed: expect.stringContaining('"id":8') });
    const digest = await runTyped(['audit-digest'], { env: { DATABASE_URL: url } });
    expect(digest.stdout).toContain('"last_id":8');
    expect(digest).toEqual(await runTyped(['audit-digest'], { directory: server.directory }));

    const moved = await serve({ env: { DATABASE_URL: url } });
    expect(await readAll(moved)).toEqual(before);
    expect((await moved.changeStatus(4, 'Approved')).status).toBe(200);
    const after = await readAll(moved);
    const resumed = await followFeed(moved, lastSeen);
    await expect.poll(() => resumed.events.map(({ data }) => data.id)).toEqual([6, 7, 8, 9]);
    await moved.stop();
    const file = join(await createTemporaryDirectory(), 'back.db');
    const back = await copy(url, file);
    expect(back).toEqual({ code: 0, printed: expect.stringContaining('"id":9') });
    const returned = await serve({ env: { DATABASE_PATH: file } });
    expect(await readAll(returned)).toEqual(after);
    const again = await followFeed(returned, lastSeen);
    await expect.poll(() => again.events.map(({ data }) => data.id)).toEqual([6, 7, 8, 9]);
    expect((await returned.changeStatus(4, 'Draft')).status).toBe(200);
  });

  test('refuses a target that is in use, and a source that is not there', async () => {
    const server = await serve();
    await server.stop();
    const url = await createDatabase();
    expect(await copy(server.database, url)).toMatchObject({ code: 0 });
    const again = await copy(server.database, url);
    expect(again).toEqual({
      code: 1,
      printed: expect.stringContaining('a copy needs a new database'),
    });
    const onFile = await copy(url, server.database);
    expect(onFile).toEqual({ code: 1, printed: expect.stringContaining('exists already') });
    const missing = `${server.database}-missing`;
    const none = await copy(missing, url);
    expect(none).toEqual({ code: 1, printed: expect.stringContaining('does not exist') });
    expect(existsSync(missing)).toBe(false);
  });

  test('leaves a PostgreSQL source with another schema as it is', async () => {
    const url = await createDatabase();
    const file = join(await createTemporaryDirectory(), 'copy.db');
    const refusal = {
      code: 1,
      printed: expect.stringContaining('a start of the server brings it to version'),
    };
    expect(await copy(url, file)).toEqual(refusal);
    await expect(queryDatabase(url, 'TABLE parts_schema')).rejects.toThrow('does not exist');
    const server = await serve({ env: { DATABASE_URL: url } });
    await server.stop();
    await queryDatabase(url, 'UPDATE parts_schema SET version = 0');
    expect(await copy(url, file)).toEqual(refusal);
    expect(existsSync(file)).toBe(false);
  });
});
