export { checkDatabase } from './check-database.ts';
export { type CopiedStorage, CopyError, copyStorage } from './copy-storage.ts';
export { DatabaseOpenError } from './database-open-error.ts';
export { type OpenedAudit, openAudit } from './open-audit.ts';
export { type OpenedStorage, openStorage, type StorageOptions } from './open-storage.ts';
export type { SchemaUpdate } from './schema/schema-update.ts';
export { backUpDatabase } from './sqlite/backup/back-up-database.ts';
export { BackupError } from './sqlite/backup/backup-error.ts';
export { restoreDatabase } from './sqlite/backup/restore-database.ts';
