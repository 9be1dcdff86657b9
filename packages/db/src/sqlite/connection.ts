import { accessSync, closeSync, constants, existsSync, openSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import Database, { type Database as Connection } from 'better-sqlite3';
import { DatabaseOpenError } from '../database-open-error.ts';
import type { SchemaUpdate } from '../schema/schema-update.ts';
import { refuseUnfinished } from '../unfinished-copy.ts';
import { countMigrations, readEpoch } from './migrations.ts';
import { prepareSchema, type SchemaContent } from './prepare-schema.ts';
import { isSqliteFailure } from './storage-error.ts';

/**
 * Milliseconds that a transaction waits for a lock of another process. Then its commands come back to
 * the queue: those that have no time left are refused, and those whose caller gave up are not made.
 */
const LOCK_PATIENCE = 50;

/**
 * Opens a file for reading and writing, and brings its schema up to date.
 *
 * @throws DatabaseOpenError
 */
export function openConnection(
  path: string,
  content: SchemaContent,
): {
  readonly sqlite: Connection;
  readonly schemaUpdate: SchemaUpdate;
} {
  if (isSpecialName(path)) {
    throw new DatabaseOpenError(
      `${JSON.stringify(path)} must be the path of a file, not ":memory:", a file: URI or empty, and without spaces around it`,
    );
  }
  if (!existsSync(dirname(path))) {
    throw new DatabaseOpenError(`the directory ${dirname(path)} does not exist`);
  }
  // First, since SQLite leaves a -shm with the permissions of the file, and that stays when they change.
  const denied = findDenial(path);
  if (denied) throw new DatabaseOpenError(`${path}: it can't be written: ${denied}`);
  let sqlite: Connection | undefined;
  try {
    createPrivately(path);
    // While opening, the driver's wait of 5 s is fine: no write waits yet.
    sqlite = new Database(path);
    // Before anything is changed: a file of another program must stay as it is.
    countMigrations(sqlite);
    // Readers never wait for a writer (https://www.sqlite.org/wal.html).
    sqlite.pragma('journal_mode = WAL');
    // An acknowledged commit survives a power loss; SQLite's default for WAL does not promise that
    // (https://www.sqlite.org/pragma.html#pragma_synchronous).
    sqlite.pragma('synchronous = FULL');
    // Every 16 MB instead of SQLite's 4: a page that changes again and again is copied into the
    // database once for four times. It brings 20% more changes per second.
    sqlite.pragma('wal_autocheckpoint = 4000');
    // Cuts the log back that grew beside a long reader, when it begins anew. Else it stays smaller.
    sqlite.pragma(`journal_size_limit = ${20 * 2 ** 20}`);
    sqlite.pragma('foreign_keys = ON');
    const migratedFrom = sqlite.transaction(prepareSchema).immediate(sqlite, content);
    const migratedTo = countMigrations(sqlite);
    refuseUnfinished(readEpoch(sqlite));
    // A copy of the file alone has the schema and the seed.
    if (migratedFrom !== migratedTo) emptyLog(sqlite);
    sqlite.pragma(`busy_timeout = ${LOCK_PATIENCE}`);
    return { sqlite, schemaUpdate: { migratedFrom, migratedTo } };
  } catch (error) {
    sqlite?.close();
    const reason = explain(error);
    if (reason === undefined) throw error;
    throw new DatabaseOpenError(`${path}: ${reason}`, { cause: error });
  }
}

/**
 * Moves the write-ahead log into the database and leaves it empty. Does what it can beside
 * readers and other processes; what can't be moved stays in the log.
 */
export function emptyLog(sqlite: Connection): void {
  try {
    sqlite.pragma('wal_checkpoint(TRUNCATE)');
  } catch {
    // No request depends on it, and the log keeps everything.
  }
}

/** The driver takes some names as something else than a file, and removes spaces around them. */
function isSpecialName(path: string): boolean {
  const name = basename(path);
  return name === '' || name === ':memory:' || name.startsWith('file:') || path.trim() !== path;
}

/** Only its owner may read and write a new database; SQLite gives the files beside it the same permissions. */
function createPrivately(path: string): void {
  if (existsSync(path)) return;
  try {
    closeSync(openSync(path, 'a', 0o600));
  } catch {
    // Opening it fails as well, and then the reason is told.
  }
}

/** Why the file can't be used; undefined when that is not the file's fault. */
function explain(error: unknown): string | undefined {
  if (error instanceof DatabaseOpenError) return error.message;
  if (!isSqliteFailure(error)) return undefined;
  switch (error.code) {
    case 'SQLITE_NOTADB':
      return 'the file is not a SQLite database';
    case 'SQLITE_BUSY':
      return 'another process keeps it locked';
    default:
      return `${error.message} (${error.code})`;
  }
}

/** What the operating system says against writing, which SQLite does not pass on; undefined when nothing. */
function findDenial(path: string): string | undefined {
  try {
    accessSync(dirname(path), constants.W_OK | constants.X_OK);
    for (const file of [path, `${path}-wal`, `${path}-shm`]) {
      if (existsSync(file)) accessSync(file, constants.R_OK | constants.W_OK);
    }
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  return undefined;
}
