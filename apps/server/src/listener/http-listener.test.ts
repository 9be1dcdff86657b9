import {
  holdWriteLock,
  openConnection,
  type RawResponse,
  type ServerProcess,
  startServer,
} from '@parts/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { beginStatusChange } from '../testing/begin-status-change.ts';
import { readFileContent } from '../testing/database-file.ts';

const get = (target: string, ...headers: string[]) =>
  `${[`GET ${target} HTTP/1.1`, ...headers].join('\r\n')}\r\n\r\n`;

const GOOD = get('/healthz', 'Host: localhost');

// One server for all: a single test changes something in it.
const resources = new AsyncDisposableStack();
let server: ServerProcess;
beforeAll(async () => {
  server = await startServer({ cleanUp: (task) => resources.defer(task) });
});
afterAll(() => resources.disposeAsync());

/** Checks a problem document and that the log has its request id; gives the id back. */
async function expectProblem(response: RawResponse | undefined, status: number): Promise<unknown> {
  expect(response?.status).toBe(status);
  expect(response?.headers.get('Content-Type')).toBe('application/problem+json');
  expect(response?.headers.get('X-Content-Type-Options')).toBe('nosniff');
  const problem = JSON.parse(response?.body ?? '');
  expect(problem).toMatchObject({ status, request_id: response?.headers.get('X-Request-Id') });
  await server.waitForLog({ request_id: problem.request_id, status, level: 'info' });
  return problem.request_id;
}

describe('what never becomes a request is answered with a problem and logged:', () => {
  test.each([
    ['no HTTP at all', 'what is this?\r\n\r\n', 400],
    ['another protocol version', 'GET / HTTP/3.0\r\nHost: localhost\r\n\r\n', 400],
    ['an unknown method', 'PAINT / HTTP/1.1\r\nHost: localhost\r\n\r\n', 400],
    ['headers of more than 16 KiB', get('/', 'Host: localhost', `X: ${'x'.repeat(20_000)}`), 431],
    ['a URL of more than 16 KiB', get(`/${'x'.repeat(20_000)}`, 'Host: localhost'), 431],
    ['a control character in a header', get('/', 'Host: localhost', 'X: \u0001'), 400],
    ['no Host header', get('/healthz'), 400],
    ['an empty Host header', get('/healthz', 'Host:'), 400],
    ['a Host header that is no host', get('/healthz', 'Host: two words'), 400],
    ['a Host header that is nearly an address', get('/healthz', 'Host: 1.2.3.4.5'), 400],
    ['a URL that is no URL', get('http://[::1', 'Host: localhost'), 400],
    ['a request about the server as a whole', 'OPTIONS * HTTP/1.1\r\nHost: localhost\r\n\r\n', 400],
    ['a tunnel', 'CONNECT localhost:80 HTTP/1.1\r\nHost: localhost:80\r\n\r\n', 400],
    [
      'two lengths of one body',
      'PATCH /v1/parts/1/status HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n{}',
      400,
    ],
  ])('%s', async (_, text, status) => {
    const connection = await openConnection(server.port);
    connection.send(text);
    const responses = await connection.responses(1);
    expect(responses).toHaveLength(1);
    await expectProblem(responses[0], status);
  });

  test('the second request on a connection, also behind another one that was refused', async () => {
    const connection = await openConnection(server.port);
    connection.send(GOOD);
    await connection.responses(1);
    connection.send(get('/healthz', 'Host: two words'));
    await connection.responses(2);
    connection.send('what is this?\r\n\r\n');

    const [good, invalidHost, noHttp] = await connection.closed;

    expect(good?.status).toBe(200);
    const first = await expectProblem(invalidHost, 400);
    const second = await expectProblem(noHttp, 400);
    expect(first).not.toBe(second);
  });
});

describe('valid but rare', () => {
  test.each([
    ['HTTP/1.0 without a Host header', 'GET /healthz HTTP/1.0\r\n\r\n'],
    ['an absolute URL', get('http://localhost/healthz', 'Host: localhost')],
    ['an expectation that nobody knows', get('/healthz', 'Host: localhost', 'Expect: wonders')],
    [
      'an offer to change the protocol',
      get('/healthz', 'Host: localhost', 'Connection: Upgrade', 'Upgrade: websocket'),
    ],
  ])('requests are served: %s', async (_, text) => {
    const connection = await openConnection(server.port);
    connection.send(text);
    expect(await connection.responses(1)).toMatchObject([{ status: 200, body: '{"status":"ok"}' }]);
  });
});

describe('garbage behind a request', () => {
  test('is not taken for its answer', async () => {
    const release = await holdWriteLock(server.databasePath);
    const change = await beginStatusChange(server.port);
    change.sendBody('what is this?\r\n\r\n');
    expect((await server.request('/healthz')).status).toBe(200);
    await release();

    const [, changed, problem] = await change.connection.closed;

    expect(changed).toMatchObject({ status: 200 });
    await expectProblem(problem, 400);
    expect(readFileContent(server.databasePath).audit).toHaveLength(1);
  });
});

describe('requests that are sent ahead of their answers', () => {
  test('are answered in order, up to 100', async () => {
    const connection = await openConnection(server.port);
    connection.send(GOOD.repeat(100));
    const responses = await connection.responses(100);
    expect(responses.every(({ status }) => status === 200)).toBe(true);
  });

  test('end the connection when they are more', async () => {
    const connection = await openConnection(server.port);
    connection.send(GOOD.repeat(1000));
    expect((await connection.closed).length).toBeLessThanOrEqual(100);
    await server.waitForLog({ msg: 'too many requests without an answer: hung up' });
    expect((await server.request('/healthz')).status).toBe(200);
  });
});
