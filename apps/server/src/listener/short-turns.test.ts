import { once } from 'node:events';
import { createServer } from 'node:http';
import { connect } from 'node:net';
import { pino } from 'pino';
import { expect, onTestFinished, test } from 'vitest';
import { createHttpListener } from './http-listener.ts';
import { listen } from './listen.ts';
import { createShortTurns } from './short-turns.ts';

test('while new connections come, a turn of the event loop begins 16 requests at most, in order', async () => {
  const server = createServer();
  const beginInTurn = createShortTurns(server);
  const port = await listen(server, 0, '127.0.0.1');
  const begun: number[] = [];
  const accepted: { readonly asked: number; readonly begun: number }[] = [];
  let asked = 0;
  server.on('connection', () => {
    accepted.push({ asked, begun: begun.length });
    for (let request = 0; request < 40; request += 1) {
      const id = asked;
      asked += 1;
      beginInTurn(() => begun.push(id));
    }
  });
  const clients = Array.from({ length: 64 }, () => connect(port, '127.0.0.1'));
  onTestFinished(async () => {
    for (const client of clients) client.destroy();
    server.close();
  });
  await Promise.all(clients.map((client) => once(client, 'connect')));
  while (begun.length < 64 * 40) await new Promise(setImmediate);

  const steps = accepted.map(({ begun }, index) => begun - (accepted[index - 1]?.begun ?? 0));
  expect(Math.max(...steps)).toBeLessThanOrEqual(16);
  expect(begun).toEqual(Array.from(begun, (_, index) => index));
});

test('without a new connection every request begins at once', () => {
  const beginInTurn = createShortTurns(createServer());
  let begun = 0;
  for (let request = 0; request < 1000; request += 1)
    beginInTurn(() => {
      begun += 1;
    });
  expect(begun).toBe(1000);
});

test('busy clients do not keep new ones waiting', async () => {
  let begun = 0;
  const { server } = createHttpListener({
    fetch() {
      begun += 1;
      return new Response('ok');
    },
    headersTimeout: 60_000,
    requestTimeout: 60_000,
    keepAliveTimeout: 60_000,
    idleTimeout: 60_000,
    newRequestId: () => 'one',
    log: pino({ level: 'silent' }),
  });
  const port = await listen(server, 0, '127.0.0.1');
  const begunAtAccept: number[] = [];
  server.on('connection', () => begunAtAccept.push(begun));
  const open = () => connect({ port: port, host: '127.0.0.1', noDelay: true });
  const request = 'GET / HTTP/1.1\r\nHost: localhost\r\n\r\n';
  const busy = Array.from({ length: 100 }, open);
  for (const client of busy) client.on('data', () => client.write(request)).write(request);
  while (begun < 1000) await new Promise(setImmediate);

  const others = Array.from({ length: 20 }, open);
  onTestFinished(async () => {
    for (const client of [...busy, ...others]) client.destroy();
    server.close();
  });
  while (begunAtAccept.length < 120) await new Promise(setImmediate);

  const [first = 0, ...later] = begunAtAccept.slice(100);
  expect((later.at(-1) ?? 0) - first).toBeLessThanOrEqual(later.length * 16);
});
