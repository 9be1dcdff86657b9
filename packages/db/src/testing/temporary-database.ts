import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { onTestFinished } from 'vitest';
import { type OpenDatabaseOptions, openDatabase } from '../open-database.ts';

/** A path in a new directory that is removed with the test. */
export function temporaryPath(): string {
  const directory = mkdtempSync(join(tmpdir(), 'parts-db-'));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  return join(directory, 'parts.db');
}

/**
 * An open database in a new file, and a second connection to that file which sees
 * only what was committed.
 */
export function openTemporaryDatabase(options?: OpenDatabaseOptions) {
  const path = temporaryPath();
  const database = openDatabase(path, options);
  const outside = new Database(path);
  onTestFinished(() => {
    outside.close();
    database.close();
  });
  return { path, database, outside };
}

/** Everything in the tables, to compare; but for the generation, which each reset changes. */
export function dump(connection: Database.Database) {
  const tables = connection
    .prepare<[], string>(
      "SELECT name FROM sqlite_schema WHERE type = 'table' AND name <> 'audit_generation' ORDER BY name",
    )
    .pluck()
    .all();
  return tables.map((table) => [table, connection.prepare(`SELECT * FROM "${table}"`).all()]);
}
