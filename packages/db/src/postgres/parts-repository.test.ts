import type { Part } from '@parts/core';
import { buildStatusChange } from '@parts/core/testing';
import { createDatabase, hasPostgres } from '@parts/testkit';
import { describe, expect, onTestFinished, test } from 'vitest';
import { openPostgresStorage } from './open-postgres-storage.ts';

describe.runIf(hasPostgres())('a stream of parts', () => {
  async function openSeeded(count: number) {
    const at = '2026-01-01T00:00:00.000Z';
    const seed = Array.from({ length: count }, (_, index): Part => {
      const id = index + 1;
      const text = { part_number: `N-${id}`, name: `Part ${id}`, description: '' };
      const times = { created_at: at, updated_at: at, retired_at: null };
      return { id, ...text, status: 'Draft', version: 1, ...times };
    });
    const storage = await openPostgresStorage(await createDatabase(), { seed });
    onTestFinished(() => storage.close());
    return { storage, seed };
  }

  test('shows all parts as they were when it began, beside changes and a reset', async () => {
    const { storage, seed } = await openSeeded(2500);
    const stream = storage.parts.stream({})[Symbol.asyncIterator]();
    const found = [...((await stream.next()).value ?? [])];
    await storage.parts.change(buildStatusChange({ partId: 2000 }));
    await storage.maintenance.reset();
    for (let next = await stream.next(); !next.done; next = await stream.next()) {
      found.push(...next.value);
    }
    expect(found).toEqual(seed);
  });
});
