import { CONTRACT_PARTS, testStorageContract } from '@parts/core/testing';
import { expect, test } from 'vitest';
import { openStorage } from '../open-storage.ts';
import { temporaryPath } from './temporary-storage.ts';

testStorageContract({ test, expect }, async () => {
  const path = temporaryPath();
  return { open: () => openStorage(path, { seed: CONTRACT_PARTS }) };
});
