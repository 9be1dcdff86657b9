export { checkDatabase } from './check-database.ts';
export { type OpenedAudit, openAudit } from './open-audit.ts';
export { type OpenedStorage, openStorage, type StorageOptions } from './open-storage.ts';
export { DatabaseOpenError } from './sqlite/database-open-error.ts';
export type { SchemaUpdate } from './sqlite/schema-update.ts';
