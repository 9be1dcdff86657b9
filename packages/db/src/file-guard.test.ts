import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { buildStatusChange } from '@parts/core/testing';
import Database from 'better-sqlite3';
import { expect, test, vi } from 'vitest';
import { createFileGuard } from './file-guard.ts';
import { openDatabase } from './open-database.ts';
import { openTemporaryDatabase, temporaryPath } from './testing/temporary-database.ts';

test('while the database is moved away, a change fails and writes nothing; back again, it succeeds', async () => {
  const { database, path, outside } = openTemporaryDatabase();
  renameSync(path, `${path}.away`);
  await expect(database.repository.changeStatus(buildStatusChange())).rejects.toMatchObject({
    code: 'storage_unavailable',
    cause: { message: expect.stringMatching('moved, replaced or deleted') },
  });
  renameSync(`${path}.away`, path);
  expect(await database.repository.changeStatus(buildStatusChange())).toMatchObject({
    part: { version: 2 },
  });
  expect(outside.prepare('SELECT count(*) FROM audit_entries').pluck().get()).toBe(1);
});

test('when the log is deleted, changes fail, and those before are kept', async () => {
  const { database, path } = openTemporaryDatabase();
  await database.repository.changeStatus(buildStatusChange());
  rmSync(`${path}-wal`);
  await expect(database.repository.changeStatus(buildStatusChange())).rejects.toMatchObject({
    code: 'storage_unavailable',
  });
  // As after a crash: nobody closes the first one.
  const reopened = openDatabase(path);
  expect(await reopened.repository.findPart(1)).toMatchObject({ version: 2 });
  reopened.close();
});

test('a database that takes the place of another gets nothing of its log', async () => {
  const path = temporaryPath();
  const database = openDatabase(path);
  await database.repository.changeStatus(buildStatusChange());
  openDatabase(`${path}.new`).close();
  renameSync(path, `${path}.old`);
  renameSync(`${path}.new`, path);
  database.close();

  const [replaced, old] = [new Database(path), new Database(`${path}.old`)];
  expect(replaced.prepare('SELECT count(*) FROM audit_entries').pluck().get()).toBe(0);
  expect(old.prepare('SELECT count(*) FROM audit_entries').pluck().get()).toBe(1);
  replaced.close();
  old.close();
});

test.each(['', '-wal'])(
  'a file that was in place for long is missed when it goes (parts.db%s)',
  async (end) => {
    const { path, outside } = openTemporaryDatabase();
    const guard = createFileGuard(outside, path, () => Date.now() + 60_000);
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
