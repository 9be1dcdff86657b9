import { chownSync, existsSync, realpathSync, rmSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import Database, { type Database as Connection } from 'better-sqlite3';
import { isOurs } from '../migrations.ts';
import { isBusy, isSqliteFailure } from '../storage-error.ts';
import { BackupError } from './backup-error.ts';
import { copyDatabase } from './copy-database.ts';

/**
 * Puts a copy of a backup in the place of a database, which must be closed. A crash leaves the old database or
 * the new one, never one with the log of the other. The audit gets another epoch, so that a follower
 * that has seen later entries begins anew.
 *
 * @throws BackupError, and errors of the file system
 */
export function restoreDatabase(file: string, path: string): void {
  // SQLite keeps the log beside the file that a link leads to.
  const database = existsSync(path) ? realpathSync(path) : path;
  closeOld(database);
  copyDatabase(file, database, {
    alter: renewEpoch,
    prepareRename(partial) {
      const owner = statSync(existsSync(database) ? database : dirname(database));
      // The server must be able to open what root restores.
      if (process.getuid?.() === 0) chownSync(partial, owner.uid, owner.gid);
      closeOld(database);
    },
  });
}

/**
 * Moves the log of the database that is replaced into it: SQLite would apply a log that is left to the new
 * one. Only the last connection to a file can do that.
 */
function closeOld(database: string): void {
  if (!existsSync(database)) {
    removeLog(database);
    return;
  }
  let sqlite: Connection | undefined;
  try {
    sqlite = new Database(database, { timeout: 0 });
    if (!isOurs(sqlite)) throw new BackupError(`${database} is the database of another program`);
    sqlite.pragma('journal_mode = DELETE');
  } catch (error) {
    if (!isSqliteFailure(error)) throw error;
    if (isBusy(error)) throw new BackupError(`${database} is in use: stop the server first`);
  } finally {
    sqlite?.close();
  }
  // Still there when the old database is damaged.
  removeLog(database);
}

function removeLog(database: string): void {
  for (const suffix of ['-wal', '-shm']) rmSync(database + suffix, { force: true });
}

function renewEpoch(copy: Connection): void {
  // Its name until schema 6. Before schema 4 there was none, and the migration to it makes one.
  const tables = copy
    .prepare<[], string>(
      "SELECT name FROM sqlite_schema WHERE type = 'table' AND name IN ('epoch', 'audit_generation')",
    )
    .pluck()
    .all();
  for (const table of tables) copy.exec(`UPDATE ${table} SET name = lower(hex(randomblob(6)))`);
}
