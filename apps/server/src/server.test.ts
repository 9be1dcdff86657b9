import { networkInterfaces } from 'node:os';
import { openConnection } from '@parts/testkit';
import { expect, test } from 'vitest';
import { readContent } from './testing/database-file.ts';
import { type Server, serve } from './testing/serve.ts';

/** The addresses under which this machine reaches itself: 127.0.0.1 and, with IPv6, ::1. */
const LOOPBACK = Object.values(networkInterfaces())
  .flatMap((addresses) => addresses ?? [])
  .filter(({ internal, address }) => internal && ['127.0.0.1', '::1'].includes(address))
  .map(({ address }) => address);

async function answers(server: Server, address: string): Promise<boolean> {
  const host = address.includes(':') ? `[${address}]` : address;
  try {
    const response = await fetch(`http://${host}:${server.port}/healthz`);
    return response.status === 200;
  } catch {
    return false;
  }
}

/** Stops a server and starts another one in the same directory. */
async function restart(server: Server): Promise<Server> {
  await server.stop();
  return serve({ directory: server.directory });
}

test('the server listens on IPv4 and IPv6', async () => {
  const server = await serve();
  for (const address of LOOPBACK) {
    expect(await answers(server, address), address).toBe(true);
  }
});

test.each(LOOPBACK)('the server listens on %s alone when HOST says so', async (host) => {
  const server = await serve({ env: { HOST: host } });
  for (const address of LOOPBACK) {
    expect(await answers(server, address), address).toBe(address === host);
  }
});

test('a restart changes nothing in an untouched database and does not seed it again', async () => {
  const first = await serve();
  const before = await readContent(first.database);

  await restart(first);

  expect(before.parts).toHaveLength(12);
  expect(await readContent(first.database)).toEqual(before);
});

test('a restart keeps every change', async () => {
  const first = await serve();
  await first.changeStatus(2, 'Approved');
  const changed = await (await first.changeStatus(3, 'Rejected')).json();
  const before = await readContent(first.database);

  const second = await restart(first);

  expect(await (await second.request('/v1/parts/3')).json()).toEqual(changed);
  expect(await (await second.request('/debug/stats')).json()).toMatchObject({
    parts_count: 12,
    audit_count: 2,
  });
  expect(await readContent(first.database)).toEqual(before);
});

test('a host name that a stranger could own is served only with a token of its own', async () => {
  const withDefault = await serve();
  const own = await serve({ env: { AUTH_TOKEN: 'a-token-of-its-own' } });
  for (const [server, token, status] of [
    [withDefault, 'dev-token', 421],
    [own, 'a-token-of-its-own', 200],
  ] as const) {
    const connection = await openConnection(server.port);
    connection.send(
      `GET /v1/parts HTTP/1.1\r\nHost: parts.example\r\nAuthorization: Bearer ${token}\r\n\r\n`,
    );
    expect((await connection.responses(1))[0]?.status).toBe(status);
  }
});

test('DEBUG_ENDPOINTS=off removes /debug', async () => {
  const server = await serve({ env: { DEBUG_ENDPOINTS: 'off' } });
  await server.changeStatus(1, 'Draft');
  const before = await readContent(server.database);

  expect((await server.request('/debug/reset', { method: 'POST' })).status).toBe(404);
  expect((await server.request('/debug/stats')).status).toBe(404);
  expect(await readContent(server.database)).toEqual(before);
});
