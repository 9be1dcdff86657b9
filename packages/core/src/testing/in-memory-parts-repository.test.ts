import { expect, test } from 'vitest';
import { createInMemoryPartsRepository } from './in-memory-parts-repository.ts';
import { CONTRACT_PARTS, testPartsRepositoryContract } from './parts-repository-contract.ts';

testPartsRepositoryContract({ test, expect }, () => createInMemoryPartsRepository(CONTRACT_PARTS));
