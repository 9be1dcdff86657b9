import { renameSync } from 'node:fs';
import { buildStatusChange } from '@parts/core/testing';
import { describe, expect, test } from 'vitest';
import { dump, openTemporaryStorage } from '../../testing/temporary-storage.ts';

test('a reset brings back the first state, ids and counters included', async () => {
  const { storage, outside } = await openTemporaryStorage();
  const first = dump(outside);
  const schema = outside.prepare('SELECT sql FROM sqlite_schema ORDER BY name');
  const firstSchema = schema.all();
  for (let round = 0; round < 2; round += 1) {
    await storage.parts.change(buildStatusChange({ idempotency: { key: 'k', fingerprint: 'f' } }));
    expect(dump(outside)).not.toEqual(first);
    await storage.maintenance.reset();
    expect(dump(outside)).toEqual(first);
    expect(schema.all()).toEqual(firstSchema);
  }
  await storage.parts.change(buildStatusChange());
  expect(await storage.audit.list({})).toMatchObject([{ id: 1, version: 2 }]);
});

test('a reset that fails half way changes nothing', async () => {
  const { storage, outside } = await openTemporaryStorage();
  await storage.parts.change(buildStatusChange());
  // It takes the name of an index that a later migration creates.
  outside.exec('DROP INDEX parts_by_status; CREATE VIEW parts_by_status AS SELECT 1');
  const before = dump(outside);
  await expect(storage.maintenance.reset()).rejects.toThrow(/already/);
  expect(dump(outside)).toEqual(before);
});

test('a reset and a change that arrive together are made one after the other', async () => {
  const { storage } = await openTemporaryStorage();
  const [, result] = await Promise.all([
    storage.maintenance.reset(),
    storage.parts.change(buildStatusChange()),
    storage.maintenance.reset(),
  ]);
  expect(result).toMatchObject({ part: { version: 2 } });
  expect(await storage.statistics.count()).toEqual({ parts: 12, auditEntries: 0 });
});

test('resets that wait share one, unless a change came between', async () => {
  const { storage } = await openTemporaryStorage();
  const { maintenance, parts, statistics } = storage;
  await Promise.all(Array.from({ length: 1000 }, () => maintenance.reset()));
  expect(statistics.readCommits()).toEqual({ commits: 1, jobs: 1 });
  const change = () => parts.change(buildStatusChange());
  await Promise.all([maintenance.reset(), change(), maintenance.reset(), maintenance.reset()]);
  expect(statistics.readCommits()).toEqual({ commits: 4, jobs: 4 });
  expect(await statistics.count()).toMatchObject({ auditEntries: 0 });
});

test('the counts follow the changes', async () => {
  const { storage } = await openTemporaryStorage();
  await storage.parts.change(buildStatusChange());
  await storage.parts.change(buildStatusChange());
  expect(await storage.statistics.count()).toEqual({ parts: 12, auditEntries: 2 });
});

describe('the check whether changes can be stored', () => {
  test('fulfils without a write', async () => {
    const { storage, outside } = await openTemporaryStorage();
    const dataVersion = outside.pragma('data_version');
    await storage.maintenance.checkWritable();
    expect(outside.pragma('data_version')).toEqual(dataVersion);
  });

  test('rejects while another process holds the write lock for too long', async () => {
    const { storage, outside } = await openTemporaryStorage({ lockTimeout: 30 });
    outside.exec('BEGIN IMMEDIATE');
    await expect(storage.maintenance.checkWritable()).rejects.toMatchObject({
      code: 'storage_busy',
    });
    outside.exec('ROLLBACK');
    await storage.maintenance.checkWritable();
  });

  test('rejects while the file is moved away, and afterwards proves a commit once', async () => {
    const { storage, path, outside } = await openTemporaryStorage();
    const before = dump(outside);
    renameSync(path, `${path}.away`);
    await expect(storage.maintenance.checkWritable()).rejects.toMatchObject({
      code: 'storage_unavailable',
    });
    renameSync(`${path}.away`, path);
    const commits: unknown[] = [outside.pragma('data_version')];
    for (let check = 0; check < 3; check += 1) {
      await storage.maintenance.checkWritable();
      commits.push(outside.pragma('data_version'));
    }
    expect(commits[1]).not.toEqual(commits[0]);
    expect(commits[3]).toEqual(commits[1]);
    expect(dump(outside)).toEqual(before);
  });
});
