import { lstatSync } from 'node:fs';
import { dirname } from 'node:path';
import type { PartsError } from '@parts/core';
import Database, { type Database as Connection } from 'better-sqlite3';
import { storageUnavailable } from '../port-errors.ts';
import { emptyLog } from './connection.ts';
import { areInPlace, type FileIdentities, isInPlace, statOf } from './file-identity.ts';

/**
 * A directory's time of change is as coarse as the kernel's clock: for so many milliseconds
 * after it, another change could leave it as it is.
 */
const COARSEST_CLOCK = 1000;

/** How often the files are looked at while nothing is written, in milliseconds. */
const LOOK_INTERVAL = 250;

/** Watches over the files of an open database, which SQLite itself does not. */
export interface FileGuard {
  /**
   * @throws PartsError `storage_unavailable` when the database, its log or the index of its log was
   *   moved, replaced, deleted or made read-only: what is written now goes to files that no program
   *   opens again, or over what another process writes
   */
  check(): void;
  /** Closes the connection. While the files are in place, it leaves an empty log. */
  close(): void;
}

/** @param now milliseconds since 1970 */
export function createFileGuard(
  sqlite: Connection,
  identities: FileIdentities,
  now = Date.now,
): FileGuard {
  const { path, log, index } = identities;
  const isLink = lstatSync(path).isSymbolicLink();
  let checkedDirectory: string | undefined;
  let isLost = false;

  /**
   * Empties the log into the database that it belongs to, wherever that is now, since the next program
   * would apply it to whatever file it finds at our path. Only once, when the loss is
   * discovered: later the log may be that of the new file.
   */
  function look(): boolean {
    const isFound = areInPlace(identities);
    if (!isFound && !isLost && isLogOurs()) emptyLog(sqlite);
    isLost = !isFound;
    return isFound;
  }

  /** The locks are in the index: with another one, another process may be writing to the log. */
  function isLogOurs(): boolean {
    if (isInPlace(identities, index)) return true;
    return !statOf(index) && !isInPlace(identities, log);
  }

  /**
   * What can be told from the directory alone. Looking at the log instead makes Linux give each
   * write to it a time of its own, which the next sync has to write too: 30% of a commit.
   */
  function directoryState(): string | undefined {
    const stats = isLink ? undefined : statOf(dirname(path));
    if (!stats || now() < Number(stats.ctimeMs) + COARSEST_CLOCK) return undefined;
    return `${stats.dev}:${stats.ino}:${stats.ctimeNs}`;
  }

  // The log must be empty before another program opens the file that replaced ours.
  const timer = setInterval(look, LOOK_INTERVAL).unref();

  return {
    check() {
      const directory = directoryState();
      if (!isLost && directory !== undefined && directory === checkedDirectory) return;
      checkedDirectory = undefined;
      if (look()) {
        checkedDirectory = directory;
        return;
      }
      throw filesAreLost(path);
    },

    close() {
      clearInterval(timer);
      if (!look()) return closeWithoutCheckpoint(sqlite, path);
      emptyLog(sqlite);
      sqlite.close();
    },
  };
}

/** The error of everything that needs the files while they are not in place. */
export function filesAreLost(path: string): PartsError {
  return storageUnavailable(
    new Error(
      `${path}, its -wal or its -shm was moved, replaced or deleted, or can't be written; put it back or start again`,
    ),
  );
}

/**
 * SQLite's close of the last connection to a file moves the log into it and deletes the log. With an index
 * that was replaced since, that destroys what another process wrote. A second connection
 * prevents it, and a connection that can only read never does it.
 */
function closeWithoutCheckpoint(sqlite: Connection, path: string): void {
  try {
    const pin = new Database(path, { readonly: true, timeout: 0 });
    try {
      // Takes the lock, even when it fails to read.
      pin.pragma('schema_version');
    } finally {
      sqlite.close();
      pin.close();
    }
  } catch {
    // No file is at the path, and SQLite leaves the log of a file that was moved alone.
    sqlite.close();
  }
}
