import { execFileSync } from 'node:child_process';
import { copyFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import {
  createTemporaryDirectory,
  holdWriteLock,
  openConnection,
  startServer,
  waitUntil,
} from '@parts/testkit';
import { describe, expect, test } from 'vitest';
import { beginStatusChange } from '../testing/begin-status-change.ts';
import { readFileContent } from '../testing/database-file.ts';

/** Longer than any test takes: what it limits must not be what ends the server. */
const VERY_LONG = '600000';
const NO_LIMITS = {
  SHUTDOWN_TIMEOUT_MS: VERY_LONG,
  LOCK_TIMEOUT_MS: VERY_LONG,
  KEEP_ALIVE_TIMEOUT_MS: VERY_LONG,
  HEADERS_TIMEOUT_MS: VERY_LONG,
  REQUEST_TIMEOUT_MS: VERY_LONG,
};

describe.each(['SIGTERM', 'SIGINT'] as const)('%s', (signal) => {
  test('lets requests in flight be answered, takes no new ones and exits with 0', async () => {
    const server = await startServer({ env: NO_LIMITS });
    const release = await holdWriteLock(server.databasePath);
    const change = await beginStatusChange(server.port);
    change.sendBody();

    server.kill(signal);
    await waitUntil('the port is closed', () =>
      openConnection(server.port).then(
        () => false,
        () => true,
      ),
    );
    await release();

    expect(await change.answer()).toMatchObject({ status: 200 });
    expect(await server.exit).toEqual({ code: 0, signal: null });
    expect(server.logLines().map(({ msg }) => msg)).toEqual(
      expect.arrayContaining(['stopping', 'request', 'stopped']),
    );
    expect(server.stderr()).toBe('');
  });
});

describe('a graceful stop', () => {
  test('leaves everything in the database file and no write-ahead log', async () => {
    const server = await startServer();
    for (let round = 0; round < 5; round++) {
      expect((await server.changeStatus(1, 'Draft')).status).toBe(200);
    }

    expect(await server.end('SIGTERM')).toEqual({ code: 0, signal: null });
    expect(await readdir(server.directory)).toEqual(['data.db']);
    const copy = join(await createTemporaryDirectory(), 'copy.db');
    await copyFile(server.databasePath, copy);
    expect(readFileContent(copy).audit).toHaveLength(5);
  });

  test('does not wait for connections on which no request is under way', async () => {
    const server = await startServer({ env: NO_LIMITS });
    const [used, silent] = [await openConnection(server.port), await openConnection(server.port)];
    used.send('GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n');
    await used.responses(1);

    expect(await server.end('SIGTERM')).toEqual({ code: 0, signal: null });
    await Promise.all([used.closed, silent.closed]);
  });
});

describe('a request that can not be answered', () => {
  test('holds a stop up until the limit, then the exit code is 1', async () => {
    const server = await startServer({ env: { ...NO_LIMITS, SHUTDOWN_TIMEOUT_MS: '300' } });
    await holdWriteLock(server.databasePath);
    (await beginStatusChange(server.port)).sendBody();

    expect(await server.end('SIGTERM')).toEqual({ code: 1, signal: null });
    expect(server.logLines().at(-1)).toMatchObject({ msg: expect.stringContaining('in time') });
  });

  test.for([
    ['SIGTERM', 'SIGTERM'],
    ['SIGINT', 'SIGINT'],
    ['SIGTERM', 'SIGINT'],
  ] as const)('is given up at a second signal (%s, %s)', async ([first, second]) => {
    const server = await startServer({ env: NO_LIMITS });
    await server.changeStatus(2, 'Rejected');
    const release = await holdWriteLock(server.databasePath);
    (await beginStatusChange(server.port)).sendBody();

    server.kill(first);
    await server.waitForLog({ msg: 'stopping' });
    server.kill(second);

    expect(await server.exit).toEqual({ code: 1, signal: null });
    expect(server.logLines().at(-1)).toMatchObject({ msg: expect.stringContaining('second') });
    await release();
    expect(readFileContent(server.databasePath).audit).toMatchObject([{ part_id: 2 }]);
  });
});

test('SIGHUP, of a terminal that goes away, does not end the server', async () => {
  const server = await startServer();
  server.kill('SIGHUP');
  await server.waitForLog({ signal: 'SIGHUP', msg: 'ignored' });
  expect((await server.request('/healthz')).status).toBe(200);
});

test('a stop runs what is to be done at the exit', async () => {
  const onExit = "process.on('exit',()=>process._rawDebug('at exit'))";
  const server = await startServer({
    nodeArguments: ['--import', `data:text/javascript,${encodeURIComponent(onExit)}`],
  });
  expect(await server.end('SIGTERM')).toEqual({ code: 0, signal: null });
  expect(server.stderr()).toBe('at exit\n');
});

test.runIf(process.platform === 'linux')(
  'a thread that is stuck in the system, as in a look-up of a name, does not hold up the exit',
  async () => {
    const directory = await createTemporaryDirectory();
    const pipe = join(directory, 'pipe');
    execFileSync('mkfifo', [pipe]);
    const openPipe = `import{open}from'node:fs';open(${JSON.stringify(pipe)},'r',()=>{})`;
    const server = await startServer({
      nodeArguments: ['--import', `data:text/javascript,${encodeURIComponent(openPipe)}`],
    });
    expect(await server.end('SIGTERM')).toEqual({ code: 0, signal: null });
  },
);
