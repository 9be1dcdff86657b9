import { PartsError } from '@parts/core';
import { buildStatusChange } from '@parts/core/testing';
import Database from 'better-sqlite3';
import { describe, expect, test } from 'vitest';
import { openTemporaryStorage } from '../../testing/temporary-storage.ts';
import { createGroupCommit } from './group-commit.ts';

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
    outside.exec('ROLLBACK');
    await expect(change).rejects.toMatchObject({ code: 'cancelled' });
    expect(await storage.statistics.count()).toMatchObject({ auditEntries: 0 });
  });
});

describe('when a transaction fails', () => {
  const readCursor = (outside: Database.Database) =>
    outside.prepare('SELECT audit_id FROM event_cursor').pluck().get();

  const OPTIONS = {
    lockTimeout: 1000,
    maxWaiting: 10,
    checkFiles: () => {},
    scheduleBefore: () => {},
  };

  /** Commits on `sqlite`, but reports the commit as failed. */
  function commitOnFailingDisk(sqlite: Database.Database, code: string) {
    const failing = new Proxy(sqlite, {
      get(target, name) {
        if (name !== 'transaction') return Reflect.get(target, name);
        return (work: (argument: unknown) => unknown) => {
          const transaction = target.transaction(work);
          const immediate = (argument: unknown) => {
            transaction.immediate(argument);
            throw new Database.SqliteError('disk I/O error', code);
          };
          return Object.assign((argument: unknown) => transaction(argument), { immediate });
        };
      },
    });
    return createGroupCommit(failing, OPTIONS);
  }

  test.each(['SQLITE_IOERR_FSYNC', 'SQLITE_IOERR_WRITE', 'SQLITE_NOMEM'])(
    'in its commit with %s, the write may have been stored, and says so',
    async (code) => {
      const { outside } = await openTemporaryStorage();
      const { run } = commitOnFailingDisk(outside, code);
      await expect(
        run(() => outside.exec('UPDATE event_cursor SET audit_id = 7')),
      ).rejects.toMatchObject({ code: 'storage_outcome_unknown', cause: { code } });
      expect(readCursor(outside)).toBe(7);
    },
  );

  test('since the disk is full, nothing was stored', async () => {
    const { outside } = await openTemporaryStorage();
    const { run } = commitOnFailingDisk(outside, 'SQLITE_FULL');
    await expect(run(() => undefined)).rejects.toMatchObject({ code: 'storage_unavailable' });
  });

  test('since the files went during the commit, the write may have been stored, and says so', async () => {
    const { outside } = await openTemporaryStorage();
    let looks = 0;
    const { run } = createGroupCommit(outside, {
      ...OPTIONS,
      checkFiles() {
        looks += 1;
        if (looks === 2) throw new PartsError('storage_unavailable', 'the files have gone');
      },
    });
    const write = run(() => outside.exec('UPDATE event_cursor SET audit_id = 7'));
    await expect(write).rejects.toMatchObject({ code: 'storage_outcome_unknown' });
    expect(readCursor(outside)).toBe(7);
  });

  test('before its commit, nothing was stored', async () => {
    const { outside } = await openTemporaryStorage();
    const { run } = commitOnFailingDisk(outside, 'SQLITE_IOERR_FSYNC');
    const refused = run(() => {
      outside.exec('UPDATE event_cursor SET audit_id = 7');
      outside.exec('ROLLBACK');
      throw new Database.SqliteError('disk I/O error', 'SQLITE_IOERR_WRITE');
    });
    await expect(refused).rejects.toMatchObject({ code: 'storage_unavailable' });
    expect(readCursor(outside)).toBe(0);
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
