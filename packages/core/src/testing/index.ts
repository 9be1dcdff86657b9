export {
  buildCreation,
  buildEdit,
  buildImport,
  buildRow,
  buildStatusChange,
  CONTRACT_PARTS,
  type CreateStore,
  type Store,
  type TestRunner,
} from './contract.ts';
export { createInMemoryStore } from './in-memory-storage.ts';
export { testStorageContract } from './storage-contract.ts';
