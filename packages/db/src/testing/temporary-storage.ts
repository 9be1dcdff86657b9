import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, onTestFinished } from 'vitest';
import { openStorage, type StorageOptions } from '../open-storage.ts';

/** A path in a new directory that is removed with the test. */
export function temporaryPath(cleanUp: (task: () => void) => void = onTestFinished): string {
  const directory = mkdtempSync(join(tmpdir(), 'parts-db-'));
  cleanUp(() => rmSync(directory, { recursive: true }));
  return join(directory, 'parts.db');
}

/**
 * To be called at the top of a file. Its tests then get copies of a closed database that is prepared once:
 * to open a storage for each takes ten times as long.
 *
 * @returns a function that makes a copy for a test, and returns its path
 */
export function shareDatabase(prepare: (path: string) => Promise<void>): () => string {
  const source = temporaryPath(afterAll);
  beforeAll(() => prepare(source));
  return () => {
    const path = temporaryPath();
    copyFileSync(source, path);
    return path;
  };
}

/**
 * An open storage in a new file, and a second connection to that file which sees
 * only what was committed.
 */
export async function openTemporaryStorage(options?: StorageOptions) {
  const path = temporaryPath();
  const storage = await openStorage(path, options);
  const outside = new Database(path);
  onTestFinished(async () => {
    outside.close();
    await storage.close();
  });
  return { path, storage, outside };
}

/** A connection to a new database as an earlier version of the program left it, without the seed. */
export function createEarlierDatabase(path: string, version: number): Database.Database {
  const directory = new URL('../../migrations/sqlite/', import.meta.url);
  const files = readdirSync(directory).filter((file) => /^\d/.test(file));
  const connection = new Database(path);
  for (const file of files.sort().slice(0, version)) {
    connection.exec(readFileSync(new URL(file, directory), 'utf8'));
  }
  connection.pragma(`application_id = ${0x50415254}`);
  connection.pragma(`user_version = ${version}`);
  return connection;
}

/** Changes part 1, as a SQL shell would. */
export const CHANGE_BY_HAND = `
  INSERT INTO audit_entries (part_id, kind, old_status, new_status, version, changed_at)
  SELECT id, 'status_changed', status, 'Rejected', version + 1, updated_at FROM parts WHERE id = 1`;

/** Everything in the tables, to compare; but for the epoch, which each reset changes. */
export function dump(connection: Database.Database) {
  const tables = connection
    .prepare<[], string>(
      "SELECT name FROM sqlite_schema WHERE type = 'table' AND name <> 'epoch' ORDER BY name",
    )
    .pluck()
    .all();
  return tables.map((table) => [table, connection.prepare(`SELECT * FROM "${table}"`).all()]);
}
