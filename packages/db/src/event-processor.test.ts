import { type AuditEntry, startEventProcessor } from '@parts/core';
import { buildStatusChange } from '@parts/core/testing';
import { expect, onTestFinished, test, vi } from 'vitest';
import { openDatabase, type PartsDatabase } from './open-database.ts';
import { openTemporaryDatabase } from './testing/temporary-database.ts';

const until = (condition: () => unknown) => vi.waitFor(condition, { timeout: 10_000, interval: 5 });

/** A processor whose handler remembers the ids of the entries, after `handle` has let it. */
function startProcessor(
  { auditTail, eventCursor }: PartsDatabase,
  handle: (entry: AuditEntry) => Promise<void> = async () => {},
) {
  const handled: number[] = [];
  const pauses: number[] = [];
  const processor = startEventProcessor({
    tail: auditTail,
    cursor: eventCursor,
    handle: async (entry) => {
      await handle(entry);
      handled.push(entry.id);
    },
    pause: async (failures) => {
      pauses.push(failures);
    },
  });
  onTestFinished(processor.stop);
  return { processor, handled, pauses };
}

const ids = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, index) => from + index);

async function change({ repository }: PartsDatabase, times: number) {
  for (let i = 0; i < times; i += 1) await repository.changeStatus(buildStatusChange());
}

test('every change is handled once and in order, those from before the start too', async () => {
  const { database } = openTemporaryDatabase();
  await change(database, 30);
  const { processor, handled } = startProcessor(database);
  await change(database, 30);
  await until(() => expect(handled).toEqual(ids(1, 60)));
  expect(await processor.readProgress()).toEqual({ events_processed: 60, events_pending: 0 });
});

test('a change does not wait for its handling', async () => {
  const { database } = openTemporaryDatabase();
  const gate = Promise.withResolvers<void>();
  const { processor, handled } = startProcessor(database, () => gate.promise);
  await change(database, 5);
  expect(await processor.readProgress()).toEqual({ events_processed: 0, events_pending: 5 });
  gate.resolve();
  await until(() => expect(handled).toEqual(ids(1, 5)));
});

test('an entry whose handling fails is tried again, with growing patience, before the next', async () => {
  const { database } = openTemporaryDatabase();
  let faults = 3;
  const { handled, pauses } = startProcessor(database, async ({ id }) => {
    if (id !== 2 || faults === 0) return;
    faults -= 1;
    throw new Error('receiver is down');
  });
  await change(database, 3);
  await until(() => expect(handled).toEqual([1, 2, 3]));
  expect(pauses).toEqual([1, 2, 3]);
});

test('stopping finishes the entry in hand; the rest goes on after the next start', async () => {
  const { path, database } = openTemporaryDatabase();
  const gate = Promise.withResolvers<void>();
  const first = startProcessor(database, () => gate.promise);
  await change(database, 5);
  const stopped = first.processor.stop();
  gate.resolve();
  await stopped;
  expect(first.handled).toEqual([1]);

  const reopened = openDatabase(path);
  const second = startProcessor(reopened);
  expect(await second.processor.readProgress()).toMatchObject({ events_pending: 4 });
  await until(() => expect(second.handled).toEqual([2, 3, 4, 5]));
  await second.processor.stop();
  reopened.close();
});

test('a reset forgets what waited, with a handler in flight too', async () => {
  const { database } = openTemporaryDatabase();
  const gate = Promise.withResolvers<void>();
  const { processor, handled } = startProcessor(database, () => gate.promise);
  await change(database, 5);
  await database.debug.reset();
  expect(await processor.readProgress()).toEqual({ events_processed: 0, events_pending: 0 });
  gate.resolve();
  await until(() => expect(handled).toEqual([1]));
  expect(await processor.readProgress()).toEqual({ events_processed: 0, events_pending: 0 });
  await change(database, 2);
  await until(() => expect(handled).toEqual([1, 1, 2]));
  expect(await processor.readProgress()).toEqual({ events_processed: 2, events_pending: 0 });
});
