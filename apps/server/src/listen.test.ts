import { once } from 'node:events';
import { createServer } from 'node:http';
import { connect } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { listen } from './listen.ts';

test('a turn of the event loop takes several new connections', async () => {
  const server = createServer();
  const port = await listen(server, 0, '127.0.0.1');
  const acceptedAt: number[] = [];
  server.on('connection', () => acceptedAt.push(turn));
  let turn = 0;
  let immediate = setImmediate(function next() {
    turn += 1;
    immediate = setImmediate(next);
  });
  const clients = Array.from({ length: 64 }, () => connect(port.number, '127.0.0.1'));
  onTestFinished(async () => {
    clearImmediate(immediate);
    for (const client of clients) client.destroy();
    await port.close();
  });
  await Promise.all(clients.map((client) => once(client, 'connect')));
  while (acceptedAt.length < clients.length) await new Promise(setImmediate);
  const isLinux = process.platform === 'linux';
  const most = Math.max(
    ...acceptedAt.map((at) => acceptedAt.filter((other) => other === at).length),
  );
  expect(most).toBeGreaterThanOrEqual(isLinux ? 2 : 1);
});

test('two servers can not have one port', async () => {
  const port = await listen(createServer(), 0, '127.0.0.1');
  onTestFinished(port.close);
  await expect(listen(createServer(), port.number, '127.0.0.1')).rejects.toMatchObject({
    code: 'EADDRINUSE',
  });
});

test('when one socket can not be opened, none stays open', async () => {
  const earlier = await listen(createServer(), 0, '127.0.0.1');
  await earlier.close();
  const busy = createServer().listen(0);
  await once(busy, 'listening');
  await expect(listen(busy, earlier.number, '127.0.0.1')).rejects.toMatchObject({
    code: 'ERR_SERVER_ALREADY_LISTEN',
  });
  const later = await listen(createServer(), earlier.number, '127.0.0.1');
  await later.close();
});
