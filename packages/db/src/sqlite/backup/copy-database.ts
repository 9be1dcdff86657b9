import { closeSync, fsyncSync, openSync, renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import Database, { type Database as Connection } from 'better-sqlite3';
import { DatabaseOpenError } from '../../database-open-error.ts';
import { countMigrations } from '../migrations.ts';
import { isSqliteFailure } from '../storage-error.ts';
import { BackupError } from './backup-error.ts';

export interface CopySteps {
  /** Alters the copy, which has been checked. */
  readonly alter?: (copy: Connection) => void;
  /** Comes last before the copy takes its name. What it throws ends the copy. */
  readonly prepareRename: (partial: string) => void;
}

/**
 * Copies a database as one commit left it, also beside a server that writes. The copy takes its name when it has
 * been checked and synced to the disk; a crash leaves a file that is called `….partial` and nothing else.
 *
 * @throws BackupError
 */
export function copyDatabase(from: string, to: string, { alter, prepareRename }: CopySteps): void {
  const partial = `${to}.${process.pid}.partial`;
  try {
    // SQLite takes an empty file as none, but would let others read one that it creates.
    closeSync(openSync(partial, 'w', 0o600));
    vacuumInto(from, partial);
    const copy = new Database(partial);
    try {
      const [fault] = copy.pragma('integrity_check(1)', { simple: false }) as object[];
      const text = Object.values(fault ?? {}).join();
      if (text !== 'ok') throw new BackupError(`${from} is damaged: ${text}`);
      alter?.(copy);
    } finally {
      copy.close();
    }
    sync(partial);
    prepareRename(partial);
    renameSync(partial, to);
    sync(dirname(to));
  } catch (error) {
    rmSync(partial, { force: true });
    if (!isSqliteFailure(error)) throw error;
    const reason = `${from} can't be copied to ${to}: ${error.message}`;
    throw new BackupError(reason, { cause: error });
  }
}

function vacuumInto(from: string, partial: string): void {
  let source: Connection | undefined;
  try {
    source = new Database(from, { readonly: true, fileMustExist: true });
    if (countMigrations(source) === 0) throw new DatabaseOpenError('it is empty');
  } catch (error) {
    source?.close();
    if (!isSqliteFailure(error) && !(error instanceof DatabaseOpenError)) throw error;
    throw new BackupError(`${from}: ${error.message}`, { cause: error });
  }
  try {
    source.prepare('VACUUM INTO ?').run(partial);
  } finally {
    source.close();
  }
}

function sync(path: string): void {
  const file = openSync(path, 'r');
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}
