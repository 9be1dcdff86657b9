import type { Storage } from '@parts/core';
import { buildStatusChange } from '@parts/core/testing';
import { createDatabase, hasPostgres } from '@parts/testkit';
import { describe, expect, onTestFinished, test } from 'vitest';
import { checkDatabase } from './check-database.ts';
import { copyStorage } from './copy-storage.ts';
import { openStorage, type StorageOptions } from './open-storage.ts';
import { openPostgresStorage } from './postgres/index.ts';
import { temporaryPath } from './testing/temporary-storage.ts';

const REFUSAL = 'a copy into it was interrupted; delete it, and copy again';

/** The steps of a copy after which nothing is left to do but to read. */
const CUTS: Readonly<Record<string, (source: Storage) => Partial<Storage>>> = {
  'before the first entry': ({ audit }) => ({
    audit: { ...audit, readAfter: () => Promise.reject(new Error('cut')) },
  }),
  'before the comparison': ({ audit, outboxCursor }) => {
    let hasLoaded = false;
    return {
      outboxCursor: {
        ...outboxCursor,
        async load() {
          hasLoaded = true;
          return outboxCursor.load();
        },
      },
      audit: {
        ...audit,
        findEnd: () => (hasLoaded ? Promise.reject(new Error('cut')) : audit.findEnd()),
      },
    };
  },
};

describe.for(Object.entries(CUTS))('a copy that is cut %s leaves a target that', ([, cut]) => {
  async function copyInto(open: (options?: StorageOptions) => ReturnType<typeof openStorage>) {
    const source = await openStorage(temporaryPath());
    onTestFinished(() => source.close());
    await source.parts.change(buildStatusChange({ partId: 1 }));
    const faulty = { ...source, ...cut(source) };
    await expect(copyStorage(faulty, (seed) => open({ seed }))).rejects.toThrow('cut');
    await expect(copyStorage(source, (seed) => open({ seed }))).rejects.toThrow(REFUSAL);
    await expect(open()).rejects.toThrow(REFUSAL);
  }

  test('is refused as a file, also by those that read it', async () => {
    const path = temporaryPath();
    await copyInto((options) => openStorage(path, options));
    expect(() => checkDatabase(path)).toThrow(REFUSAL);
  });

  test.runIf(hasPostgres())('is refused as a PostgreSQL database', async () => {
    const url = await createDatabase();
    await copyInto((options) => openPostgresStorage(url, options));
  });
});
