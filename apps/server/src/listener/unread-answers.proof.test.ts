import { once } from 'node:events';
import { connect } from 'node:net';
import { type ServerProcess, startServer, waitUntil } from '@parts/testkit';
import { expect, onTestFinished, test } from 'vitest';
import { z } from 'zod';
import { changeParts } from '../testing/change-parts.ts';

const CONNECTIONS = 12;
const AHEAD = 100;

/** Answers of each connection that the server makes without waiting for the client. */
const MADE_AHEAD = 4;

const metricsSchema = z.object({
  requests_in_flight: z.number(),
  routes: z.record(z.string(), z.object({ requests: z.record(z.string(), z.number()) })),
  memory: z.object({ rss: z.number() }),
});

async function readMetrics(server: ServerProcess) {
  return metricsSchema.parse(await (await server.request('/debug/metrics')).json());
}

/** Sends many requests ahead on each of several connections, and reads no answer. */
async function requestUnread({ port }: ServerProcess, path: string): Promise<void> {
  const request = `GET ${path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer dev-token\r\n\r\n`;
  for (let opened = 0; opened < CONNECTIONS; opened += 1) {
    const socket = connect({ port, host: '127.0.0.1' }).pause();
    onTestFinished(() => void socket.destroy());
    socket.on('error', () => {});
    await once(socket, 'connect');
    socket.write(request.repeat(AHEAD));
  }
}

test.for([
  ['a file without a token', '/docs/swagger-ui-bundle.js', 'GET /docs/:file{.*}'],
  ['a large page', '/v1/audit?limit=1000', 'GET /v1/audit'],
] as const)(
  'clients that send requests ahead and read no answer cost little memory: %s',
  { timeout: 60_000 },
  async ([, path, route]) => {
    const server = await startServer();
    await changeParts(server, 1000, '\u9375'.repeat(500));
    const before = (await readMetrics(server)).memory.rss;

    await requestUnread(server, path);
    const { memory } = await waitUntil('the first answers are made, and no more', async () => {
      const metrics = await readMetrics(server);
      const served = metrics.routes[route]?.requests['2xx'] ?? 0;
      const isDone = served >= CONNECTIONS * MADE_AHEAD && metrics.requests_in_flight === 1;
      return isDone && metrics;
    });

    // Copies of all 1,200 answers would be 2 GB of the file, and as much of the page; of 48 pages 80 MB.
    expect(memory.rss - before).toBeLessThan(300_000_000);
  },
);

test('requests that are sent ahead are all answered, in order, when the client reads late', async () => {
  const server = await startServer();
  const socket = connect({ port: server.port, host: '127.0.0.1' }).pause();
  onTestFinished(() => void socket.destroy());
  const ids = Array.from({ length: 30 }, (_, index) => `id-${index}`);
  for (const [index, id] of ids.entries()) {
    const path = index % 2 ? '/healthz' : '/docs/swagger-ui.css';
    socket.write(`GET ${path} HTTP/1.1\r\nHost: localhost\r\nX-Request-Id: ${id}\r\n\r\n`);
  }
  await once(socket, 'connect');
  await waitUntil('the first answers are made', async () => {
    const { routes } = await readMetrics(server);
    return (routes['GET /healthz']?.requests['2xx'] ?? 0) >= MADE_AHEAD / 2;
  });
  let received = '';
  socket.setEncoding('latin1').on('data', (text: string) => {
    received += text;
  });
  socket.resume();
  const readIds = () => [...received.matchAll(/^x-request-id: (\S+)/gim)].map(([, id]) => id);
  await expect.poll(readIds).toEqual(ids);
});
