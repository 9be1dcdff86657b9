import { buildStatusChange } from '@parts/core/testing';
import { expect, test, vi } from 'vitest';
import { openDatabase } from './open-database.ts';
import { openTemporaryDatabase } from './testing/temporary-database.ts';

test('the audit is read from a place on, in pieces, without gap or repetition', async () => {
  const { database } = openTemporaryDatabase();
  const { auditTail, repository } = database;
  const start = await auditTail.findEnd();
  for (const part_id of [3, 1, 2]) await repository.changeStatus(buildStatusChange({ part_id }));
  const first = await auditTail.readAfter(start, 2);
  const second = await auditTail.readAfter(first.position, 2);
  const third = await auditTail.readAfter(second.position, 2);
  expect(
    [first, second, third].map(({ entries }) => entries.map(({ part_id }) => part_id)),
  ).toEqual([[3, 1], [2], []]);
  expect(third.position).toEqual(await auditTail.findEnd());
});

test('a place from before a reset leads to the new start', async () => {
  const { database } = openTemporaryDatabase();
  const { auditTail, repository, debug } = database;
  for (let i = 0; i < 3; i += 1) await repository.changeStatus(buildStatusChange());
  const before = await auditTail.findEnd();
  await debug.reset();
  await repository.changeStatus(buildStatusChange({ part_id: 2 }));
  const { entries, position } = await auditTail.readAfter(before, 10);
  expect(entries).toMatchObject([{ id: 1, part_id: 2 }]);
  expect(position.generation).not.toBe(before.generation);
});

test('a place beyond the end, as a backup leaves it, leads to the start', async () => {
  const { database } = openTemporaryDatabase();
  const { auditTail, repository } = database;
  const { generation } = await auditTail.findEnd();
  const readAfter = (id: number) => auditTail.readAfter({ generation, id }, 10);
  const empty = { entries: [], position: { generation, id: 0 } };
  expect(await readAfter(0)).toEqual({ ...empty, isReset: false });
  expect(await readAfter(1)).toEqual({ ...empty, isReset: true });
  for (let i = 0; i < 3; i += 1) await repository.changeStatus(buildStatusChange());
  expect(await readAfter(3)).toMatchObject({ entries: [], position: { id: 3 }, isReset: false });
  expect(await readAfter(4)).toMatchObject({
    entries: [{ id: 1 }, { id: 2 }, { id: 3 }],
    position: { id: 3 },
    isReset: true,
  });
});

test('an event cursor beyond the end counts as none, and can be saved again', async () => {
  const { database, outside } = openTemporaryDatabase();
  const { eventCursor, repository } = database;
  outside.exec('UPDATE event_cursor SET audit_id = 50');
  for (let i = 0; i < 3; i += 1) await repository.changeStatus(buildStatusChange());
  const { generation, id } = await eventCursor.load();
  expect(id).toBe(0);
  await eventCursor.save({ generation, id: 2 });
  expect(await eventCursor.load()).toEqual({ generation, id: 2 });
});

test('listeners hear of commits and resets, of this process and of others, until they end it', async () => {
  const { path, database } = openTemporaryDatabase();
  const other = openDatabase(path);
  const listener = vi.fn();
  const stop = database.auditTail.onCommit(listener);
  await database.repository.changeStatus(buildStatusChange());
  await vi.waitFor(() => expect(listener).toHaveBeenCalledTimes(1), 5000);
  await database.debug.reset();
  await vi.waitFor(() => expect(listener).toHaveBeenCalledTimes(2), 5000);
  await other.repository.changeStatus(buildStatusChange());
  await vi.waitFor(() => expect(listener).toHaveBeenCalledTimes(3), 5000);
  stop();
  await database.repository.changeStatus(buildStatusChange());
  await new Promise(setImmediate);
  await new Promise(setImmediate);
  expect(listener).toHaveBeenCalledTimes(3);
  other.close();
});

test('the event cursor outlives its process, never goes back, and starts anew with a reset', async () => {
  const { path, database } = openTemporaryDatabase();
  const { eventCursor, debug, repository } = database;
  for (let i = 0; i < 9; i += 1) await repository.changeStatus(buildStatusChange());
  const { generation, id } = await eventCursor.load();
  expect(id).toBe(0);
  await eventCursor.save({ generation, id: 7 });
  await eventCursor.save({ generation, id: 5 });
  const reopened = openDatabase(path);
  expect(await reopened.eventCursor.load()).toEqual({ generation, id: 7 });
  reopened.close();
  await debug.reset();
  await eventCursor.save({ generation, id: 9 });
  expect(await eventCursor.load()).toMatchObject({ id: 0 });
});
