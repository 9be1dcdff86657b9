import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { launch } from '@parts/testkit';
import { expect, test } from 'vitest';

test('answers the first client whose connection succeeds while the server starts', async () => {
  for (let start = 0; start < 8; start += 1) {
    const port = await findFreePort();
    const server = await launch({ env: { PORT: String(port) } });
    const answer = await askAsSoonAsPossible(port);
    expect(answer).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
    await server.end('SIGKILL');
  }
});

async function findFreePort(): Promise<number> {
  const server = createServer().listen(0);
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** Tries each millisecond to connect, and reads what the first connection brings. */
async function askAsSoonAsPossible(port: number): Promise<string> {
  for (;;) {
    const socket = connect(port, '127.0.0.1');
    try {
      await once(socket, 'connect');
    } catch {
      await delay(1);
      continue;
    }
    socket.write('GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n');
    const chunks = await socket.setEncoding('utf8').toArray();
    return chunks.join('');
  }
}
