import { buildStatusChange } from '@parts/core/testing';
import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import { CHANGE_BY_HAND, openTemporaryStorage } from '../../testing/temporary-storage.ts';
import { createGroupRead } from './group-read.ts';

test('queries of one turn see one state of the storage, whatever others commit between them', async () => {
  const { path, outside } = await openTemporaryStorage();
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
  const { path } = await openTemporaryStorage();
  using connection = openReader(path);
  const outcomes = await Promise.allSettled([
    connection.groupRead.run(() => connection.sqlite.prepare('SELECT * FROM nothing').all()),
    connection.groupRead.run(() => 'read'),
  ]);
  expect(outcomes).toMatchObject([{ status: 'rejected' }, { value: 'read' }]);
});

test('a read that comes just before a commit does not wait for it', async () => {
  const { storage } = await openTemporaryStorage();
  const answers: string[] = [];
  const change = storage.parts.change(buildStatusChange()).then(() => answers.push('change'));
  await new Promise(process.nextTick);
  const read = storage.parts.find(1).then((part) => answers.push(`v${part?.version}`));
  await Promise.all([change, read]);
  expect(answers).toEqual(['v1', 'change']);
});

test('after the end every read is refused', async () => {
  const { storage } = await openTemporaryStorage();
  await storage.close();
  for (const read of [storage.parts.find(1), storage.parts.list({})]) {
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
