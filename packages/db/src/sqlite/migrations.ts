import type { Database } from 'better-sqlite3';
import { DatabaseOpenError } from '../database-open-error.ts';
import { readSchemaFiles } from '../schema/schema-files.ts';
import { refuseNewer } from '../schema/schema-update.ts';

/** Marks a file as ours in its header: "PART" in ASCII (https://www.sqlite.org/pragma.html#pragma_application_id). */
const APPLICATION_ID = 0x50415254;

/** The schema that this program has; its version is the number of migrations. */
export const { migrations, guards } = readSchemaFiles('sqlite');

/** False for the database of another program. One without anything in it may become ours. */
export function isOurs(sqlite: Database): boolean {
  if (sqlite.pragma('application_id', { simple: true }) === APPLICATION_ID) return true;
  return sqlite.pragma('user_version', { simple: true }) === 0 && tableNames(sqlite).length === 0;
}

/**
 * Tells how many migrations a database has; 0 means that it is new.
 *
 * @throws DatabaseOpenError when it belongs to another program or to a newer version
 */
export function countMigrations(sqlite: Database): number {
  const applied = Number(sqlite.pragma('user_version', { simple: true }));
  if (!isOurs(sqlite)) throw new DatabaseOpenError('it is the database of another program');
  refuseNewer(applied, migrations.length);
  return applied;
}

/**
 * Applies the migrations that the database does not have yet; `user_version` counts
 * those it has. Must run inside a transaction that holds the write lock, so that two
 * processes can't apply the same one and a crash leaves all or nothing.
 *
 * @returns the number of migrations the database had before
 * @throws DatabaseOpenError as {@link countMigrations}
 */
export function migrate(sqlite: Database): number {
  const applied = countMigrations(sqlite);
  if (applied === migrations.length) return applied;
  for (const migration of migrations.slice(applied)) sqlite.exec(migration);
  sqlite.pragma(`application_id = ${APPLICATION_ID}`);
  sqlite.pragma(`user_version = ${migrations.length}`);
  return applied;
}

/** The name of the life of the audit. */
export function readEpoch(sqlite: Database): string | undefined {
  return sqlite.prepare<[], string>('SELECT name FROM epoch').pluck().get();
}

/** Removes every table with its rows, indexes, triggers and counters. Must run inside a transaction. */
export function dropSchema(sqlite: Database): void {
  // Newest first: a table refers only to older ones. Dropping runs no triggers,
  // so the one that keeps the audit append-only does not object.
  for (const name of tableNames(sqlite).reverse()) sqlite.exec(`DROP TABLE "${name}"`);
  sqlite.pragma('user_version = 0');
}

function tableNames(sqlite: Database): string[] {
  return sqlite
    .prepare<[], string>(
      "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%' ORDER BY rowid",
    )
    .pluck()
    .all();
}
