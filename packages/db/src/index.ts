export type { CommitCounts } from './commit-counts.ts';
export { DatabaseOpenError } from './database-open-error.ts';
export { type OpenDatabaseOptions, openDatabase, type PartsDatabase } from './open-database.ts';
export type { SchemaUpdate } from './schema-update.ts';
