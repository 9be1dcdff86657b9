import { startOutboxRelay } from '@parts/core';
import { buildStatusChange } from '@parts/core/testing';
import { expect, onTestFinished, test, vi } from 'vitest';
import { openDatabase, type PartsDatabase } from './open-database.ts';
import { openTemporaryDatabase } from './testing/temporary-database.ts';

const until = (condition: () => unknown) => vi.waitFor(condition, { timeout: 10_000, interval: 5 });

/** A relay whose receiver remembers the ids of the entries, once the gate is open. */
function startRelay({ auditTail, eventCursor }: PartsDatabase, gate = Promise.resolve()) {
  const delivered: number[] = [];
  const relay = startOutboxRelay({
    tail: auditTail,
    cursor: eventCursor,
    async deliver({ id }) {
      await gate;
      delivered.push(id);
      return 'delivered';
    },
    pause: async () => {},
    now: () => 0,
    giveUpAfter: 1,
    onDrop: () => {},
  });
  onTestFinished(relay.stop);
  return { relay, delivered };
}

async function change({ repository }: PartsDatabase, times: number) {
  for (let i = 0; i < times; i += 1) await repository.changeStatus(buildStatusChange());
}

test('the relay goes on after a restart behind what it delivered', async () => {
  const { path, database } = openTemporaryDatabase();
  const gate = Promise.withResolvers<void>();
  const first = startRelay(database, gate.promise);
  await change(database, 5);
  const stopped = first.relay.stop();
  gate.resolve();
  await stopped;
  expect(first.delivered).toEqual([1]);

  const reopened = openDatabase(path);
  const second = startRelay(reopened);
  expect(await second.relay.readProgress()).toMatchObject({ events_pending: 4 });
  await until(() => expect(second.delivered).toEqual([2, 3, 4, 5]));
  await second.relay.stop();
  reopened.close();
});

test('the relay forgets at a reset what waited, the entry in hand too', async () => {
  const { database } = openTemporaryDatabase();
  const gate = Promise.withResolvers<void>();
  const { relay, delivered } = startRelay(database, gate.promise);
  await change(database, 5);
  await database.debug.reset();
  gate.resolve();
  await until(() => expect(delivered).toEqual([1]));
  expect(await relay.readProgress()).toMatchObject({ events_processed: 0, events_pending: 0 });
  await change(database, 2);
  await until(() => expect(delivered).toEqual([1, 1, 2]));
  expect(await relay.readProgress()).toMatchObject({ events_processed: 2, events_pending: 0 });
});
