import {
  createTemporaryDirectory,
  type LogLine,
  type ServerProcess,
  startServer,
  waitUntil,
} from '@parts/testkit';
import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import { changeParts } from '../testing/change-parts.ts';
import { hookTo, receivedBy, startWebhookReceiver } from '../testing/webhook-receiver.ts';

/** Longer than any test takes. */
const VERY_LONG = '3600000';

const countTo = (last: number) => Array.from({ length: last }, (_, index) => index + 1);
const handledIn = (lines: readonly LogLine[]) =>
  lines.filter(({ msg }) => msg === 'event handled').map((line) => Number(line['audit_id']));

const readStats = async (server: ServerProcess) =>
  JSON.parse(await (await server.request('/debug/stats')).text());

async function waitForStats(server: ServerProcess, expected: object): Promise<void> {
  await expect.poll(() => readStats(server)).toMatchObject(expected);
}

test('without EVENTS nothing is handled, and the statistics are those of always', async () => {
  const server = await startServer();
  await changeParts(server, 20);
  expect(await readStats(server)).toEqual({ parts_count: 12, audit_count: 20 });

  await server.end('SIGTERM');

  expect(server.stdout()).not.toContain('event');
});

test('each change is handled once and in order', async () => {
  const server = await startServer({ env: { EVENTS: 'on' } });
  await changeParts(server, 200);
  await waitForStats(server, { audit_count: 200, events_processed: 200, events_pending: 0 });

  await server.end('SIGTERM');

  expect(handledIn(server.logLines())).toEqual(countTo(200));
});

test('kill -9 in the midst of it loses no event and changes no order', async () => {
  const directory = await createTemporaryDirectory();
  const start = () => startServer({ directory, env: { EVENTS: 'on' } });
  const handled: number[] = [];

  for (let round = 1; round <= 4; round++) {
    const server = await start();
    const writing = changeParts(server, 150).catch(() => 'killed');
    await waitUntil('40 more events are handled', async () => {
      const { events_processed } = await readStats(server);
      return events_processed > (handled.at(-1) ?? 0) + 40;
    });
    server.kill('SIGKILL');
    await Promise.all([writing, server.exit]);

    const ids = handledIn(server.logLines());
    const [first = 0] = ids;
    expect(ids, 'one after the other').toEqual(ids.map((_, index) => first + index));
    expect(first, 'none is left out').toBeLessThanOrEqual((handled.at(-1) ?? 0) + 1);
    handled.push(...ids);
  }

  const last = await start();
  await waitForStats(last, { events_pending: 0 });
  const { audit_count } = await readStats(last);
  await last.end('SIGTERM');
  handled.push(...handledIn(last.logLines()));
  expect(new Set(handled)).toEqual(new Set(countTo(audit_count)));
});

test('changes do not wait for a slow handler', async () => {
  const server = await startServer({ env: { EVENTS: 'on', EVENTS_DELAY_MS: VERY_LONG } });
  for (const count of [50, 100, 150]) {
    await changeParts(server, 50);
    expect(await readStats(server)).toMatchObject({
      audit_count: count,
      events_processed: 0,
      events_pending: count,
    });
  }
});

test('a reset takes all events away, and the one in hand is not counted afterwards', async () => {
  const receiver = await startWebhookReceiver();
  const server = await startServer({ env: hookTo(receiver) });
  await changeParts(server, 3);
  await waitForStats(server, { events_processed: 3 });
  const { promise: mayGoOn, resolve: goOn } = Promise.withResolvers<void>();
  receiver.setAnswer((response) => void mayGoOn.then(() => response.writeHead(204).end()));
  await changeParts(server, 5);
  await receiver.waitFor(4);
  expect(await readStats(server)).toMatchObject({ events_processed: 3, events_pending: 5 });

  await server.request('/debug/reset', { method: 'POST' });

  expect(await readStats(server)).toMatchObject({ events_processed: 0, events_pending: 0 });
  await changeParts(server, 2);
  expect(await readStats(server)).toMatchObject({ events_processed: 0, events_pending: 2 });
  goOn();
  await waitForStats(server, { audit_count: 2, events_processed: 2, events_pending: 0 });
  expect(receivedBy(receiver)).toEqual([1, 2, 3, 4, 1, 2]);
  expect(new Set(receiver.received.map(({ id }) => id)).size).toBe(6);
});

test('up to 20 events come again after an orderly stop of a server that can not save its position', async () => {
  const directory = await createTemporaryDirectory();
  const first = await startServer({ directory, env: { EVENTS: 'on' } });
  const database = new Database(first.databasePath);
  // The next start removes triggers that it does not know.
  database.exec(`CREATE TRIGGER stuck BEFORE UPDATE ON event_cursor
    BEGIN SELECT RAISE(ABORT, 'the position can not be saved'); END`);
  database.close();
  await changeParts(first, 50);
  await first.waitForLog({ msg: 'event handling is paused' });
  await changeParts(first, 50);
  expect(await first.end('SIGTERM')).toEqual({ code: 0, signal: null });
  const handled = handledIn(first.logLines());
  expect(handled.length).toBeLessThanOrEqual(20);
  expect(handled).toEqual(countTo(handled.length));

  const second = await startServer({ directory, env: { EVENTS: 'on' } });
  await waitForStats(second, { events_processed: 100, events_pending: 0 });
  await second.end('SIGTERM');
  expect(handledIn(second.logLines())).toEqual(countTo(100));
});

test('SIGTERM lets the event in hand be finished, and the next start goes on behind it', async () => {
  const directory = await createTemporaryDirectory();
  const receiver = await startWebhookReceiver();
  const { promise: mayGoOn, resolve: goOn } = Promise.withResolvers<void>();
  receiver.setAnswer((response) => void mayGoOn.then(() => response.writeHead(204).end()));
  const first = await startServer({
    directory,
    env: { ...hookTo(receiver), SHUTDOWN_TIMEOUT_MS: VERY_LONG },
  });
  await changeParts(first, 10);
  await receiver.waitFor(1);

  first.kill('SIGTERM');
  await first.waitForLog({ msg: 'stopping' });
  goOn();
  expect(await first.exit).toEqual({ code: 0, signal: null });
  expect(receivedBy(receiver)).toEqual([1]);

  const second = await startServer({ directory, env: hookTo(receiver) });
  await waitForStats(second, { events_processed: 10, events_pending: 0 });
  expect(receivedBy(receiver)).toEqual(countTo(10));
});
