import { buildStatusChange } from '@parts/core/testing';
import { expect, test, vi } from 'vitest';
import { openTemporaryStorage } from '../testing/temporary-storage.ts';

test('a program whose core knows one more status takes it in an existing database', async () => {
  const { path } = await openTemporaryStorage();
  vi.resetModules();
  vi.doMock('@parts/core', async (importOriginal) => {
    const core = await importOriginal<typeof import('@parts/core')>();
    return { ...core, PART_STATUSES: [...core.PART_STATUSES, 'On Hold'] };
  });
  const { PART_STATUSES } = await import('@parts/core');
  const { openStorage } = await import('../open-storage.ts');
  const storage = await openStorage(path);
  const status = PART_STATUSES.at(-1);
  if (!status) throw new Error('there are no statuses');
  const { part } = await storage.parts.change(buildStatusChange({ status }));
  expect(part).toMatchObject({ status: 'On Hold', version: 2 });
  expect(await storage.parts.list({ status })).toEqual([part]);
  storage.close();
});

test('a status that core does not know is refused', async () => {
  const { storage } = await openTemporaryStorage();
  const change = buildStatusChange({ status: JSON.parse('"Lost"') });
  await expect(storage.parts.change(change)).rejects.toThrow('audit entry');
  expect(await storage.audit.list({})).toEqual([]);
});
