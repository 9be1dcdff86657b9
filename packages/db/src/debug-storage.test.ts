import { buildStatusChange } from '@parts/core/testing';
import { expect, test } from 'vitest';
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

test('the counts follow the changes', async () => {
  const { database } = openTemporaryDatabase();
  await database.repository.changeStatus(buildStatusChange());
  await database.repository.changeStatus(buildStatusChange());
  expect(await database.debug.readStats()).toEqual({ parts_count: 12, audit_count: 2 });
});
