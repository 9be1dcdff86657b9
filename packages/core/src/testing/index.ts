export { createInMemoryAudit, type InMemoryAudit } from './in-memory-audit.ts';
export { createInMemoryPartsRepository } from './in-memory-parts-repository.ts';
export {
  buildStatusChange,
  CONTRACT_PARTS,
  type TestRunner,
  testPartsRepositoryContract,
} from './parts-repository-contract.ts';
