import { buildStatusChange } from '@parts/core/testing';
import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import { createGroupRead } from './group-read.ts';
import { CHANGE_BY_HAND, openTemporaryDatabase } from './testing/temporary-database.ts';

test('queries of one turn see one state of the database, whatever others commit between them', async () => {
  const { path, outside } = openTemporaryDatabase();
  using connection = openReader(path);
  const readVersion = () =>
    connection.sqlite.prepare('SELECT version FROM parts WHERE id = 1').pluck().get();
  const versions = await Promise.all([
    connection.groupRead.run(readVersion),
    connection.groupRead.run(() => outside.exec(CHANGE_BY_HAND)),
    connection.groupRead.run(readVersion),
  ]);
  expect([versions[0], versions[2]]).toEqual([1, 1]);
  expect(await connection.groupRead.run(readVersion)).toBe(2);
});

test('a query that fails hurts no other', async () => {
  const { path } = openTemporaryDatabase();
  using connection = openReader(path);
  const outcomes = await Promise.allSettled([
    connection.groupRead.run(() => connection.sqlite.prepare('SELECT * FROM nothing').all()),
    connection.groupRead.run(() => 'read'),
  ]);
  expect(outcomes).toMatchObject([{ status: 'rejected' }, { value: 'read' }]);
});

test('a read that comes just before a commit does not wait for it', async () => {
  const { database } = openTemporaryDatabase();
  const answers: string[] = [];
  const change = database.repository
    .changeStatus(buildStatusChange())
    .then(() => answers.push('change'));
  await new Promise(process.nextTick);
  const read = database.repository.findPart(1).then((part) => answers.push(`v${part?.version}`));
  await Promise.all([change, read]);
  expect(answers).toEqual(['v1', 'change']);
});

test('after the end every read is refused', async () => {
  const { database } = openTemporaryDatabase();
  database.close();
  for (const read of [database.repository.findPart(1), database.repository.listParts({})]) {
    await expect(read).rejects.toMatchObject({ code: 'storage_unavailable' });
  }
});

function openReader(path: string) {
  const sqlite = new Database(path);
  return {
    sqlite,
    groupRead: createGroupRead(sqlite),
    [Symbol.dispose]: () => sqlite.close(),
  };
}
