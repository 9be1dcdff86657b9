export type { CommitCounts } from './commit-counts.ts';
export type { SchemaUpdate } from './connection.ts';
export { DatabaseOpenError } from './database-open-error.ts';
export { type OpenDatabaseOptions, openDatabase, type PartsDatabase } from './open-database.ts';
