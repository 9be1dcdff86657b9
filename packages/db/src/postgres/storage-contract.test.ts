import { CONTRACT_PARTS, testStorageContract } from '@parts/core/testing';
import { createDatabase, hasPostgres } from '@parts/testkit';
import { describe, expect, test } from 'vitest';
import { openPostgresStorage } from './open-postgres-storage.ts';

describe.runIf(hasPostgres())('on PostgreSQL', () => {
  testStorageContract({ test, expect }, async () => {
    const url = await createDatabase();
    return { open: () => openPostgresStorage(url, { seed: CONTRACT_PARTS }) };
  });
});
