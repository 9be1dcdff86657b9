import { renameSync } from 'node:fs';
import { buildStatusChange } from '@parts/core/testing';
import { describe, expect, test } from 'vitest';
import { dump, openTemporaryDatabase } from './testing/temporary-database.ts';

test('a reset brings back the first state, ids and counters included', async () => {
  const { database, outside } = openTemporaryDatabase();
  const first = dump(outside);
  const schema = outside.prepare('SELECT sql FROM sqlite_schema ORDER BY name');
  const firstSchema = schema.all();
  for (let round = 0; round < 2; round += 1) {
    await database.repository.changeStatus(
      buildStatusChange({ idempotency: { key: 'k', fingerprint: 'f' } }),
    );
    expect(dump(outside)).not.toEqual(first);
    await database.debug.reset();
    expect(dump(outside)).toEqual(first);
    expect(schema.all()).toEqual(firstSchema);
  }
  await database.repository.changeStatus(buildStatusChange());
  expect(await database.repository.listAudit({})).toMatchObject([{ id: 1, version: 2 }]);
});

test('a reset that fails half way changes nothing', async () => {
  const { database, outside } = openTemporaryDatabase();
  await database.repository.changeStatus(buildStatusChange());
  // It takes the name of an index that a later migration creates.
  outside.exec('DROP INDEX parts_by_status; CREATE VIEW parts_by_status AS SELECT 1');
  const before = dump(outside);
  await expect(database.debug.reset()).rejects.toThrow(/already/);
  expect(dump(outside)).toEqual(before);
});

test('a reset and a change that arrive together are made one after the other', async () => {
  const { database } = openTemporaryDatabase();
  const [, result] = await Promise.all([
    database.debug.reset(),
    database.repository.changeStatus(buildStatusChange()),
    database.debug.reset(),
  ]);
  expect(result).toMatchObject({ part: { version: 2 } });
  expect(await database.debug.readStats()).toEqual({ parts_count: 12, audit_count: 0 });
});

test('resets that wait share one, unless a change came between', async () => {
  const { database } = openTemporaryDatabase();
  const { debug, repository, readCommitCounts } = database;
  await Promise.all(Array.from({ length: 1000 }, () => debug.reset()));
  expect(readCommitCounts()).toEqual({ commits: 1, jobs: 1 });
  const change = () => repository.changeStatus(buildStatusChange());
  await Promise.all([debug.reset(), change(), debug.reset(), debug.reset()]);
  expect(readCommitCounts()).toEqual({ commits: 2, jobs: 4 });
  expect(await debug.readStats()).toMatchObject({ audit_count: 0 });
});

test('the counts follow the changes', async () => {
  const { database } = openTemporaryDatabase();
  await database.repository.changeStatus(buildStatusChange());
  await database.repository.changeStatus(buildStatusChange());
  expect(await database.debug.readStats()).toEqual({ parts_count: 12, audit_count: 2 });
});

describe('the check whether changes can be stored', () => {
  test('fulfils without a write', async () => {
    const { database, outside } = openTemporaryDatabase();
    const dataVersion = outside.pragma('data_version');
    await database.debug.checkWritable();
    expect(outside.pragma('data_version')).toEqual(dataVersion);
  });

  test('rejects while another process holds the write lock for too long', async () => {
    const { database, outside } = openTemporaryDatabase({ lockTimeout: 30 });
    outside.exec('BEGIN IMMEDIATE');
    await expect(database.debug.checkWritable()).rejects.toMatchObject({ code: 'storage_busy' });
    outside.exec('ROLLBACK');
    await database.debug.checkWritable();
  });

  test('rejects while the file is moved away, and afterwards proves a commit once', async () => {
    const { database, path, outside } = openTemporaryDatabase();
    const before = dump(outside);
    renameSync(path, `${path}.away`);
    await expect(database.debug.checkWritable()).rejects.toMatchObject({
      code: 'storage_unavailable',
    });
    renameSync(`${path}.away`, path);
    const commits: unknown[] = [outside.pragma('data_version')];
    for (let check = 0; check < 3; check += 1) {
      await database.debug.checkWritable();
      commits.push(outside.pragma('data_version'));
    }
    expect(commits[1]).not.toEqual(commits[0]);
    expect(commits[3]).toEqual(commits[1]);
    expect(dump(outside)).toEqual(before);
  });
});
