import { chmodSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { buildStatusChange } from '@parts/core/testing';
import Database from 'better-sqlite3';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { openStorage } from '../open-storage.ts';
import { changeInOtherProcess } from '../testing/other-process.ts';
import { openTemporaryStorage, temporaryPath } from '../testing/temporary-storage.ts';
import { createFileGuard } from './file-guard.ts';
import { identifyFiles } from './file-identity.ts';

test('while the database is moved away, a change fails and writes nothing; back again, it succeeds', async () => {
  const { storage, path, outside } = await openTemporaryStorage();
  renameSync(path, `${path}.away`);
  await expect(storage.parts.change(buildStatusChange())).rejects.toMatchObject({
    code: 'storage_unavailable',
    cause: { message: expect.stringMatching('moved, replaced or deleted') },
  });
  renameSync(`${path}.away`, path);
  expect(await storage.parts.change(buildStatusChange())).toMatchObject({
    part: { version: 2 },
  });
  expect(outside.prepare('SELECT count(*) FROM audit_entries').pluck().get()).toBe(1);
});

test('when the log is deleted, changes fail, and those before are kept', async () => {
  const { storage, path } = await openTemporaryStorage();
  await storage.parts.change(buildStatusChange());
  rmSync(`${path}-wal`);
  await expect(storage.parts.change(buildStatusChange())).rejects.toMatchObject({
    code: 'storage_unavailable',
  });
  // As after a crash: nobody closes the first one.
  const reopened = await openStorage(path);
  expect(await reopened.parts.find(1)).toMatchObject({ version: 2 });
  await reopened.close();
});

test('a database that takes the place of another gets nothing of its log', async () => {
  const path = temporaryPath();
  const storage = await openStorage(path);
  await storage.parts.change(buildStatusChange());
  await (await openStorage(`${path}.new`)).close();
  renameSync(path, `${path}.old`);
  renameSync(`${path}.new`, path);
  await storage.close();

  const [replaced, old] = [new Database(path), new Database(`${path}.old`)];
  expect(replaced.prepare('SELECT count(*) FROM audit_entries').pluck().get()).toBe(0);
  expect(old.prepare('SELECT count(*) FROM audit_entries').pluck().get()).toBe(1);
  replaced.close();
  old.close();
});

describe('when the index of the log is deleted and another process makes a new one', () => {
  async function loseIndex() {
    const { storage, path, outside } = await openTemporaryStorage();
    outside.close();
    await storage.parts.change(buildStatusChange());
    rmSync(`${path}-shm`);
    return { storage, path, other: await changeInOtherProcess(path, 20) };
  }

  function countChanges(path: string) {
    const again = new Database(path);
    onTestFinished(() => void again.close());
    expect(again.pragma('integrity_check', { simple: true })).toBe('ok');
    return again.prepare('SELECT count(*) FROM audit_entries').pluck().get();
  }

  test('changes fail, and those of both processes are kept', async () => {
    const { storage, path, other } = await loseIndex();
    await expect(storage.parts.change(buildStatusChange())).rejects.toMatchObject({
      code: 'storage_unavailable',
    });
    await storage.close();
    await other.end();
    expect(countChanges(path)).toBe(21);
  });

  test.each(['end', 'kill'] as const)(
    'those of both are kept after an early %s of the other',
    async (how) => {
      const { storage, path, other } = await loseIndex();
      await other[how]();
      await storage.close();
      expect(countChanges(path)).toBe(21);
    },
  );
});

test('a loss is noticed while nothing is written, and the log of the new file is left alone', async () => {
  const path = temporaryPath();
  const storage = await openStorage(path);
  await storage.parts.change(buildStatusChange());
  await (await openStorage(`${path}.new`)).close();
  renameSync(path, `${path}.old`);
  renameSync(`${path}.new`, path);
  await vi.waitFor(() => expect(statSync(`${path}-wal`).size).toBe(0), 10_000);

  const other = await changeInOtherProcess(path, 20);
  await storage.close();
  await other.end();
  const [replaced, old] = [new Database(path), new Database(`${path}.old`)];
  expect(replaced.prepare('SELECT count(*) FROM audit_entries').pluck().get()).toBe(20);
  expect(old.prepare('SELECT count(*) FROM audit_entries').pluck().get()).toBe(1);
  replaced.close();
  old.close();
});

test('while the database is another file, the full list fails instead of showing that', async () => {
  const { storage, path } = await openTemporaryStorage();
  await (await openStorage(`${path}.new`)).close();
  renameSync(path, `${path}.old`);
  renameSync(`${path}.new`, path);
  const walk = storage.parts.stream({})[Symbol.asyncIterator]();
  await expect(walk.next()).rejects.toMatchObject({ code: 'storage_unavailable' });
});

// Root may write whatever the mode says.
test.skipIf(process.getuid?.() === 0)(
  'while the file can only be read, changes fail; with the permission back, they go on',
  async () => {
    const { storage, path } = await openTemporaryStorage();
    const change = () => storage.parts.change(buildStatusChange());
    chmodSync(path, 0o400);
    await vi.waitFor(
      () => expect(change()).rejects.toMatchObject({ code: 'storage_unavailable' }),
      10_000,
    );
    chmodSync(path, 0o600);
    await change();
  },
);

test.each(['', '-wal', '-shm'])(
  'a file that was in place for long is missed when it goes (parts.db%s)',
  async (end) => {
    const { path, outside } = await openTemporaryStorage();
    const guard = createFileGuard(outside, identifyFiles(path), () => Date.now() + 60_000);
    for (let look = 0; look < 3; look += 1) guard.check();
    renameSync(`${path}${end}`, `${path}.away`);
    await vi.waitFor(() => {
      // A coarse clock may give the directory the same time as before.
      writeFileSync(`${path}.other`, '');
      rmSync(`${path}.other`);
      expect(guard.check).toThrow('the storage does not work');
    });
    renameSync(`${path}.away`, `${path}${end}`);
    guard.check();
  },
);
