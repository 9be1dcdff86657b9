import { once } from 'node:events';
import { statSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { holdWriteLock, openConnection, waitUntil } from '@parts/testkit';
import { describe, expect, onTestFinished, test } from 'vitest';
import { type Server, serve } from '../testing/serve.ts';

/** Longer than any test takes: what it limits is not what ends the server. */
const NO_LIMITS = Object.fromEntries(
  ['SHUTDOWN', 'LOCK', 'KEEP_ALIVE', 'HEADERS', 'REQUEST', 'IDLE'].map((name) => [
    `${name}_TIMEOUT_MS`,
    '600000',
  ]),
);

const HEADERS = 'Host: localhost\r\nAuthorization: Bearer dev-token\r\n';
const BODY = '{"status":"Approved"}';
const CHANGE_HEAD = `PATCH /v1/parts/1/status HTTP/1.1\r\nContent-Length: ${BODY.length}\r\n${HEADERS}`;
const CHANGE = `${CHANGE_HEAD}\r\n${BODY}`;

async function waitForRequestsInFlight(server: Server, count: number): Promise<void> {
  await waitUntil(`${count} requests are in flight`, async () => {
    const metrics = await (await server.request('/debug/metrics')).text();
    return metrics.includes(`"requests_in_flight":${count + 1},`);
  });
}

/** Opens a connection and sends the beginning of a request. */
async function beginRequest(server: Server, text: string) {
  const connection = await openConnection(server.port);
  connection.send(text);
  return connection;
}

/** Sends one request after the other on a connection that is kept, until no new one is accepted. */
async function keepBusy(port: number): Promise<{ answered: number; lost: unknown[] }> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const lost: unknown[] = [];
  for (let answered = 0; ; answered += 1) {
    const sent = request({ port, host: '127.0.0.1', path: '/', agent }).end();
    try {
      const [response] = await once(sent, 'response');
      await text(response);
    } catch (error) {
      const isRefused = error instanceof Error && 'syscall' in error && error.syscall === 'connect';
      if (isRefused) return { answered, lost };
      lost.push(error);
    }
  }
}

describe('a stop', () => {
  test('loses no request of busy clients that keep their connections', async () => {
    const server = await serve({ env: NO_LIMITS });
    const clients = Array.from({ length: 32 }, () => keepBusy(server.port));
    await waitUntil('the clients are busy', () => server.logLines().length > 1000);

    const stopped = server.stop();

    const outcomes = await Promise.all(clients);
    expect(outcomes.flatMap(({ lost }) => lost)).toEqual([]);
    expect(outcomes.every(({ answered }) => answered > 0)).toBe(true);
    await stopped;
  });

  test('says in the last answer of a connection, and in no earlier one, that it closes', async () => {
    const server = await serve({ env: NO_LIMITS });
    const release = await holdWriteLock(server.database);
    const connection = await beginRequest(server, CHANGE + CHANGE);
    await waitForRequestsInFlight(server, 2);

    const stopped = server.stop();
    await release();

    const answers = await connection.closed;
    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
    expect(answers.map(({ headers }) => headers.get('Connection'))).toEqual([
      'keep-alive',
      'close',
    ]);
    await stopped;
  });

  test('lets a slow client read an answer to its end', async () => {
    const server = await serve({ env: NO_LIMITS });
    const path = '/docs/swagger-ui-bundle.js';
    const client = connect({ port: server.port, host: '127.0.0.1' }).pause();
    onTestFinished(() => void client.destroy());
    client.write(`GET ${path} HTTP/1.1\r\n${HEADERS}\r\n`.repeat(4));
    const idle = await beginRequest(server, `GET /healthz HTTP/1.1\r\n${HEADERS}\r\n`);
    await waitUntil(
      'all are answered',
      () => server.logLines().filter((line) => line['path'] === path).length === 4,
    );

    const stopped = server.stop();
    await idle.closed;

    const received = await text(client.setEncoding('latin1'));
    const { size } = statSync(
      fileURLToPath(import.meta.resolve('swagger-ui-dist/swagger-ui-bundle.js')),
    );
    expect(received.length).toBeGreaterThan(4 * size);
    await stopped;
  });

  test.for([
    ['headers', 'GET /healthz HTTP/1.1\r\nHo'],
    [
      'headers behind a request',
      `GET /healthz HTTP/1.1\r\n${HEADERS}\r\nGET /healthz HTTP/1.1\r\nHo`,
    ],
    ['a body', `${CHANGE_HEAD}\r\n{`],
  ] as const)('waits but a moment for the rest of a request: %s', async ([, half]) => {
    const server = await serve({ env: NO_LIMITS });
    const connection = await beginRequest(server, half);

    await server.stop();
    expect((await connection.closed).every(({ status }) => status === 200)).toBe(true);
  });

  test('answers a change in flight whose client accepts feeds as well', async () => {
    const server = await serve({ env: NO_LIMITS });
    const release = await holdWriteLock(server.database);
    const accept = 'Accept: application/json, text/event-stream\r\n';
    const change = await beginRequest(server, CHANGE.replace('\r\n\r\n', `\r\n${accept}\r\n`));
    await waitForRequestsInFlight(server, 1);
    const half = await beginRequest(server, CHANGE_HEAD);

    const stopped = server.stop();
    await half.closed;
    await release();

    expect(await change.closed).toMatchObject([{ status: 200 }]);
    await stopped;
  });
});
