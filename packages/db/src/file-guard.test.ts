import { renameSync, rmSync } from 'node:fs';
import { buildStatusChange } from '@parts/core/testing';
import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
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
