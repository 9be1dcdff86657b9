import { buildImport, buildRow, buildStatusChange } from '@parts/core/testing';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { openTemporaryStorage } from '../testing/temporary-storage.ts';
import { createWriteQueue } from './write-queue.ts';

describe('while another process holds the write lock', () => {
  test('reads go on, and a write waits until the lock is free', async () => {
    const { storage, outside } = await openTemporaryStorage();
    outside.exec('BEGIN IMMEDIATE');
    const change = storage.parts.change(buildStatusChange());
    for (let read = 0; read < 3; read += 1) {
      await new Promise(setImmediate);
      expect(await storage.parts.find(1)).toMatchObject({ version: 1 });
    }
    outside.exec('ROLLBACK');
    expect(await change).toMatchObject({ part: { version: 2 } });
  });

  test('a write that waited for its time fails as busy and has written nothing', async () => {
    const { storage, outside } = await openTemporaryStorage({ lockTimeout: 30 });
    outside.exec('BEGIN IMMEDIATE');
    await expect(storage.parts.change(buildStatusChange())).rejects.toMatchObject({
      code: 'storage_busy',
    });
    outside.exec('ROLLBACK');
    expect(await storage.statistics.count()).toMatchObject({ auditEntries: 0 });
  });

  test('a write whose caller gives up meanwhile is not made', async () => {
    const { storage, outside } = await openTemporaryStorage();
    outside.exec('BEGIN IMMEDIATE');
    const caller = new AbortController();
    const change = storage.parts.change(buildStatusChange(), caller.signal);
    await new Promise(setImmediate);
    caller.abort();
    await expect(change).rejects.toMatchObject({ code: 'cancelled' });
    outside.exec('ROLLBACK');
    expect(await storage.statistics.count()).toMatchObject({ auditEntries: 0 });
  });
});

test('more writes than may wait are refused at once', async () => {
  const { storage } = await openTemporaryStorage({ maxWaitingWrites: 2 });
  const outcomes = await Promise.allSettled(
    [1, 2, 3].map((partId) => storage.parts.change(buildStatusChange({ partId }))),
  );
  expect(outcomes).toMatchObject([
    { status: 'fulfilled' },
    { status: 'fulfilled' },
    { reason: { code: 'storage_overloaded' } },
  ]);
});

test('a write that waited for its time while others were made is refused and has written nothing', async () => {
  const { storage } = await openTemporaryStorage({ lockTimeout: 0 });
  const changes = Array.from({ length: 300 }, () => storage.parts.change(buildStatusChange()));
  const outcomes = await Promise.allSettled(changes);
  const made = outcomes.filter(({ status }) => status === 'fulfilled').length;
  expect(made).toBeGreaterThan(0);
  expect(outcomes.at(-1)).toMatchObject({ reason: { code: 'storage_overloaded' } });
  expect(await storage.statistics.count()).toMatchObject({ auditEntries: made });
});

test('more writes than one group may have are all made, in their order', async () => {
  const { storage } = await openTemporaryStorage();
  const changes = Array.from({ length: 600 }, () => storage.parts.change(buildStatusChange()));
  const versions = (await Promise.all(changes)).map(({ part }) => part.version);
  expect(versions).toEqual(Array.from({ length: 600 }, (_, index) => index + 2));
});

test('others have a turn of the event loop between the answers to a group', async () => {
  const { storage } = await openTemporaryStorage();
  let answers = 0;
  const changes = Array.from({ length: 32 }, async () => {
    await storage.parts.change(buildStatusChange());
    answers += 1;
  });
  await Promise.race(changes);
  await new Promise(setImmediate);
  expect(answers).toBeLessThan(32);
  await Promise.all(changes);
  expect(storage.statistics.readCommits()).toMatchObject({ jobs: 32 });
});

test('an import is a group of its own, in its order with the writes around it', async () => {
  const { storage } = await openTemporaryStorage();
  const { parts, statistics } = storage;
  const change = (partId: number) => parts.change(buildStatusChange({ partId }));
  const rows = [buildRow(1, 'PCB-1001', { version: 2 }), buildRow(2, 'NEW-1')];
  await Promise.all([change(1), change(2), parts.import(buildImport(rows)), change(1), change(2)]);
  expect(statistics.readCommits()).toEqual({ commits: 3, jobs: 5 });
});

describe('on a disk whose syncs take 20 ms', () => {
  /** Clients that send a change after the other, and what they cost in between: 1 ms of the main thread each. */
  async function runClients(rounds: readonly number[]): Promise<readonly number[]> {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
    onTestFinished(() => void vi.useRealTimers());
    const groups: number[] = [];
    const queue = createWriteQueue({
      async execute(commands) {
        groups.push(commands.length);
        vi.advanceTimersByTime(20);
        return { outcomes: commands.map(() => ({ result: undefined })), commits: 1, jobs: 1 };
      },
      ...{ lockTimeout: 60_000, maxWaiting: 100, onCommit: () => {} },
    });
    const sendChanges = async (count: number, client: number) => {
      for (let sent = 0; sent < count; sent += 1) {
        await queue.run({ kind: 'change', change: buildStatusChange() });
        vi.advanceTimersByTime(1);
        for (let turn = 0; turn < 10 * client; turn += 1) await new Promise(setImmediate);
      }
    };
    let isDone = false;
    const done = Promise.all(rounds.map(sendChanges)).then(() => (isDone = true));
    while (!isDone) {
      for (let turn = 0; turn < 1000; turn += 1) await new Promise(setImmediate);
      vi.advanceTimersByTime(5);
    }
    await done;
    return groups;
  }

  test('a group waits for the clients that the one before answered', async () => {
    expect(await runClients(Array(8).fill(5))).toEqual(Array(5).fill(8));
  });

  test('a group does not wait for ever for clients that are gone', async () => {
    expect(await runClients([1, 2, 3])).toEqual([3, 2, 1]);
  });
});

test('closing commits what waits and refuses what comes later', async () => {
  const { storage, outside } = await openTemporaryStorage();
  const waiting = storage.parts.change(buildStatusChange());
  await storage.close();
  expect(await waiting).toMatchObject({ part: { version: 2 } });
  expect(outside.prepare('SELECT version FROM parts WHERE id = 1').pluck().get()).toBe(2);
  await expect(storage.parts.change(buildStatusChange())).rejects.toMatchObject({
    code: 'storage_unavailable',
  });
});
