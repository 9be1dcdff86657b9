import { realpathSync, statSync } from 'node:fs';
import { PartsError } from '@parts/core';
import type { Database } from 'better-sqlite3';

/** Watches over the files of an open database, which SQLite itself does not. */
export interface FileGuard {
  /**
   * @throws PartsError `storage_unavailable` when somebody moved, replaced or deleted the database
   *   or its log: what is written now goes to files that nobody will open again
   */
  check(): void;
  /**
   * Empties the log into the database that it belongs to, wherever that is now. Left behind,
   * it would be applied to whatever file is at our path when the next program opens that.
   */
  emptyLog(): void;
}

export function createFileGuard(sqlite: Database, path: string): FileGuard {
  const files = [path, logPath(path)];
  const identities = files.map(identify);

  function emptyLog(): void {
    try {
      sqlite.pragma('wal_checkpoint(TRUNCATE)');
    } catch {
      // The log keeps what can't be moved. There is nobody to tell: no request depends on it.
    }
  }

  return {
    check() {
      if (files.every((file, index) => identify(file) === identities[index])) return;
      emptyLog();
      throw new PartsError('storage_unavailable', 'the storage does not work at the moment', {
        cause: new Error(
          `${path} or its log was moved, replaced or deleted; put it back or start again`,
        ),
      });
    },

    emptyLog,
  };
}

/** SQLite keeps the log beside the file that a link leads to. */
function logPath(path: string): string {
  try {
    return `${realpathSync(path)}-wal`;
  } catch {
    return path;
  }
}

/** Differs for files that differ, whatever they are called. A file that can't be seen has none. */
function identify(file: string): string | undefined {
  try {
    const { dev, ino } = statSync(file, { bigint: true });
    return `${dev}:${ino}`;
  } catch {
    return undefined;
  }
}
