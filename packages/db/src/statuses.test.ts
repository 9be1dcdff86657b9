import { buildStatusChange } from '@parts/core/testing';
import { expect, test, vi } from 'vitest';
import { openTemporaryDatabase } from './testing/temporary-database.ts';

test('a program whose core knows one more status takes it in an existing database', async () => {
  const { path } = openTemporaryDatabase();
  vi.resetModules();
  vi.doMock('@parts/core', async (importOriginal) => {
    const core = await importOriginal<typeof import('@parts/core')>();
    return { ...core, PART_STATUSES: [...core.PART_STATUSES, 'On Hold'] };
  });
  const { PART_STATUSES } = await import('@parts/core');
  const { openDatabase } = await import('./open-database.ts');
  const database = openDatabase(path);
  const new_status = PART_STATUSES.at(-1);
  if (!new_status) throw new Error('there are no statuses');
  const { part } = await database.repository.changeStatus(buildStatusChange({ new_status }));
  expect(part).toMatchObject({ status: 'On Hold', version: 2 });
  expect(await database.repository.listParts({ status: new_status })).toEqual([part]);
  database.close();
});

test('a status that core does not know is refused', async () => {
  const { database } = openTemporaryDatabase();
  const change = buildStatusChange({ new_status: JSON.parse('"Lost"') });
  await expect(database.repository.changeStatus(change)).rejects.toThrow('audit entry');
  expect(await database.repository.listAudit({})).toEqual([]);
});
