import { createTemporaryDirectory, isOnPostgres, queryDatabase, startServer } from '@parts/testkit';
import { expect, test } from 'vitest';
import { changeParts } from '../testing/change-parts.ts';
import { countTo, handledIn, readStats, waitForStats } from '../testing/observe.ts';
import { serve } from '../testing/serve.ts';
import { hookTo, receivedBy, startWebhookReceiver } from '../testing/webhook-receiver.ts';

/** Longer than any test takes. */
const VERY_LONG = '3600000';

/** Lets no position be saved. @returns a function that lets it again */
async function breakCursor(database: string): Promise<() => Promise<unknown>> {
  const [break_, repair] = isOnPostgres()
    ? [
        'ALTER TABLE event_cursor ADD CONSTRAINT stuck CHECK (audit_id = 0)',
        'ALTER TABLE event_cursor DROP CONSTRAINT stuck',
      ]
    : [
        `CREATE TRIGGER stuck BEFORE UPDATE ON event_cursor
          BEGIN SELECT RAISE(ABORT, 'the position can not be saved'); END`,
        'DROP TRIGGER stuck',
      ];
  await queryDatabase(database, break_);
  return () => queryDatabase(database, repair);
}

test('without EVENTS nothing is handled, and the statistics are those of always', async () => {
  const server = await serve();
  await changeParts(server, 20);
  expect(await readStats(server)).toEqual({ parts_count: 12, audit_count: 20 });

  await server.stop();

  expect(JSON.stringify(server.logLines())).not.toContain('event');
});

test('each change is handled once and in order', async () => {
  const server = await serve({ env: { EVENTS: 'on' } });
  await changeParts(server, 200);
  await waitForStats(server, { audit_count: 200, events_processed: 200, events_pending: 0 });

  await server.stop();

  expect(handledIn(server.logLines())).toEqual(countTo(200));
});

test('changes do not wait for a slow handler', async () => {
  // A process of its own, since the event in hand would hold a stop up.
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
  const server = await serve({ env: hookTo(receiver) });
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
  const first = await serve({ directory, env: { EVENTS: 'on' } });
  const repair = await breakCursor(first.database);
  await changeParts(first, 50);
  await first.waitForLog({ msg: 'event handling is paused' });
  await changeParts(first, 50);
  await first.stop();
  const handled = handledIn(first.logLines());
  expect(handled.length).toBeLessThanOrEqual(20);
  expect(handled).toEqual(countTo(handled.length));

  await repair();
  const second = await serve({ directory, env: { EVENTS: 'on' } });
  await waitForStats(second, { events_processed: 100, events_pending: 0 });
  await second.stop();
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

  const second = await serve({ directory, env: hookTo(receiver) });
  await waitForStats(second, { events_processed: 10, events_pending: 0 });
  expect(receivedBy(receiver)).toEqual(countTo(10));
});
