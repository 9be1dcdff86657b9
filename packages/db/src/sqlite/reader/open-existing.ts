import { existsSync } from 'node:fs';
import type { Database } from 'better-sqlite3';
import { DatabaseOpenError } from '../../database-open-error.ts';
import { refuseOlder } from '../../schema/schema-update.ts';
import { refuseUnfinished } from '../../unfinished-copy.ts';
import { countMigrations, migrations, readEpoch } from '../migrations.ts';
import { isSqliteFailure } from '../storage-error.ts';
import { openReader } from './connection.ts';

/**
 * Opens a file that has the schema of this program, for programs that only read.
 *
 * @throws DatabaseOpenError
 */
export function openExisting(path: string): Database {
  if (!existsSync(path)) throw new DatabaseOpenError(`${path} does not exist`);
  let sqlite: Database | undefined;
  try {
    sqlite = openReader(path);
    refuseOlder(countMigrations(sqlite), migrations.length);
    refuseUnfinished(readEpoch(sqlite));
    return sqlite;
  } catch (error) {
    sqlite?.close();
    if (error instanceof DatabaseOpenError) {
      throw new DatabaseOpenError(`${path}: ${error.message}`, { cause: error });
    }
    if (!isSqliteFailure(error)) throw error;
    throw new DatabaseOpenError(`${path}: ${error.message} (${error.code})`, { cause: error });
  }
}
