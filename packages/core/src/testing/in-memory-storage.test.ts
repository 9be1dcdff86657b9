import { expect, test } from 'vitest';
import { CONTRACT_PARTS, createInMemoryStore, testStorageContract } from './index.ts';

testStorageContract({ test, expect }, async () => {
  const store = createInMemoryStore(CONTRACT_PARTS);
  return { open: async () => store.open() };
});
