import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { statSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import {
  createTemporaryDirectory,
  launch,
  type ServerProcess,
  startServer,
  waitUntil,
} from '@parts/testkit';
import { describe, expect, test } from 'vitest';

const run = promisify(execFile);

/** Almost as long as a path may be. */
const LONG_PATH = `/${'x'.repeat(14_000)}`;

/** Lets the server log more than it keeps while the log can't be written. */
async function overflowLog(server: ServerProcess): Promise<number> {
  const count = 700;
  for (let sent = 0; sent < count; sent += 50) {
    const answers = Array.from({ length: 50 }, () => server.request(LONG_PATH));
    for (const answer of await Promise.all(answers)) await answer.text();
  }
  return count;
}

const countRequests = (server: ServerProcess) =>
  server.logLines().filter(({ path }) => path === LONG_PATH).length;

const findLoss = (server: ServerProcess) =>
  server.logLines().filter(({ dropped_lines }) => dropped_lines !== undefined);

describe.runIf(process.platform === 'linux')('a log on a full disk', () => {
  async function startWithFile() {
    const logFile = join(await createTemporaryDirectory(), 'log');
    const server = await startServer({ logFile });
    /** As if the disk had no room beyond; undefined: as if there were room again. */
    const limitFile = (bytes: number | 'unlimited') =>
      run('prlimit', ['--pid', String(server.pid()), `--fsize=${bytes}:`]);
    return { server, logFile, limitFile };
  }

  test('does not stop the service, drops lines, and goes on with their number when there is room', async () => {
    const { server, logFile, limitFile } = await startWithFile();
    await limitFile(statSync(logFile).size + 100);
    const sent = await overflowLog(server);
    expect(countRequests(server)).toBe(0);

    await limitFile('unlimited');
    const loss = await waitUntil('the loss is logged', () => findLoss(server)[0]);
    expect((await server.request('/', { headers: { 'X-Request-Id': 'later' } })).status).toBe(200);
    await server.waitForLog({ request_id: 'later' });

    expect(findLoss(server)).toEqual([loss]);
    expect(countRequests(server) + Number(loss['dropped_lines'])).toBe(sent);
    expect(await server.end('SIGTERM')).toEqual({ code: 0, signal: null });
    // A line that was interrupted goes on where it stopped: each is whole.
    expect(server.logLines()).toHaveLength(server.stdout().trimEnd().split('\n').length);
  });

  test('does not keep a signal from ending the process with 0', async () => {
    const { server, logFile, limitFile } = await startWithFile();
    await limitFile(statSync(logFile).size);
    expect((await server.request('/healthz')).status).toBe(200);
    expect(await server.end('SIGTERM')).toEqual({ code: 0, signal: null });
  });

  test('that was full from the start (/dev/full) does neither', async () => {
    const port = await findFreePort();
    const server = await launch({
      under: ['sh', '-c', '"$@" > /dev/full; exit $?', 'sh'],
      env: { PORT: String(port) },
    });
    const isServed = async () => (await fetch(`http://127.0.0.1:${port}/healthz`)).ok;
    await waitUntil('requests are served', () => isServed().catch(() => false));
    expect(await isServed()).toBe(true);
    expect(await server.end('SIGTERM')).toEqual({ code: 0, signal: null });
    expect(server.stderr()).toBe('');
  });
});

describe('a log whose reader', () => {
  test.for([
    ['is gone', (server: ServerProcess) => server.closeOutput()],
    ['reads nothing', (server: ServerProcess) => server.stopReading()],
  ] as const)('%s does not stop the service, nor its end with 0', async ([, spoil]) => {
    const server = await startServer({ env: { EVENTS: 'on' } });
    spoil(server);
    await overflowLog(server);
    expect((await server.changeStatus(1, 'Approved')).status).toBe(200);
    expect(await server.end('SIGTERM')).toEqual({ code: 0, signal: null });
    expect(server.stderr()).toBe('');
  });

  test('reads late gets the number of the lines that were dropped', async () => {
    const server = await startServer();
    server.stopReading();
    const sent = await overflowLog(server);
    server.child.stdout?.resume();
    const loss = await waitUntil('the loss is logged', () => findLoss(server)[0]);
    expect(countRequests(server) + Number(loss['dropped_lines'])).toBe(sent);
  });
});

test('control characters do not reach the log raw', async () => {
  const server = await startServer();
  await server.request('/%C2%9B31m%7F%E2%80%AE%E2%80%A8', { headers: { 'X-Request-Id': 'c1' } });
  expect(await server.waitForLog({ request_id: 'c1' })).toMatchObject({
    path: '/\u009b31m\u007f\u202e\u2028',
  });
  expect(server.stdout()).not.toMatch(/[^\x20-\x7e\n]/);
});

async function findFreePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address ? address.port : 0;
}
