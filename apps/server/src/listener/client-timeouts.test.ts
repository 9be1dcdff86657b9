import { setTimeout } from 'node:timers/promises';
import { openConnection, type RawConnection } from '@parts/testkit';
import { expect, onTestFinished, test } from 'vitest';
import { beginStatusChange } from '../testing/begin-status-change.ts';
import { serve } from '../testing/serve.ts';

const REQUEST_LINE = 'GET /healthz HTTP/1.1\r\nHost: localhost\r\n';

/** Keeps sending one character after the other until the connection is closed. */
function dribble(connection: RawConnection, text: string): void {
  const timer = setInterval(() => connection.send(text), 20);
  onTestFinished(() => clearInterval(timer));
}

// Without being told, Node would look for late clients after 30 s only.
test('closes a connection whose headers do not arrive within HEADERS_TIMEOUT_MS', async () => {
  const server = await serve({ env: { HEADERS_TIMEOUT_MS: '250' } });
  const connection = await openConnection(server.port);
  connection.send(`${REQUEST_LINE}X: `);
  dribble(connection, 'x');

  expect(await connection.closed).toMatchObject([
    { status: 408, body: expect.stringContaining('"request_timeout"') },
  ]);
  await server.waitForLog({ status: 408, code: 'request_timeout' });
});

test('closes a connection whose body does not arrive within REQUEST_TIMEOUT_MS', async () => {
  const server = await serve({ env: { REQUEST_TIMEOUT_MS: '250' } });
  const { connection } = await beginStatusChange(server.port);
  dribble(connection, ' ');

  expect(await connection.closed).toMatchObject([
    { status: 100 },
    { status: 408, body: expect.stringContaining('"request_timeout"') },
  ]);
});

test('closes a connection that sends nothing within HEADERS_TIMEOUT_MS', async () => {
  const server = await serve({ env: { HEADERS_TIMEOUT_MS: '250' } });
  await (await openConnection(server.port)).closed;
});

test('closes a connection that sends no second request within KEEP_ALIVE_TIMEOUT_MS', async () => {
  const server = await serve({ env: { KEEP_ALIVE_TIMEOUT_MS: '1000' } });
  const connection = await openConnection(server.port);
  connection.send(`${REQUEST_LINE}\r\n`);
  const [response] = await connection.closed;
  expect(response?.status).toBe(200);
  expect(response?.headers.get('Keep-Alive')).toBe('timeout=1');
});

test('closes a connection on which nothing moves for IDLE_TIMEOUT_MS', async () => {
  const server = await serve({ env: { IDLE_TIMEOUT_MS: '250' } });
  const { connection } = await beginStatusChange(server.port);
  expect(await connection.closed).toMatchObject([{ status: 100 }]);
});

test('a client that takes its time to send a body that was refused gets the answer and keeps its connection', async () => {
  const server = await serve();
  const connection = await openConnection(server.port);
  const body = 'x'.repeat(5 * 2 ** 20);
  connection.send(
    `POST /v1/imports HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer dev-token\r\nContent-Length: ${body.length}\r\n\r\n`,
  );
  await connection.responses(1);
  // Longer than the 500 ms for which the adapter would read on.
  await setTimeout(700);
  connection.send(body);
  connection.send(`${REQUEST_LINE}\r\n`);
  const [refusal, next] = await connection.responses(2);
  expect(refusal?.status).toBe(413);
  expect(next?.status).toBe(200);
});

test.each([
  ['HEADERS_TIMEOUT_MS', '1001'],
  ['REQUEST_TIMEOUT_MS', '5'],
])('the server starts with %s=%s, the other limits as they are', async (name, value) => {
  await serve({ env: { [name]: value } });
});
