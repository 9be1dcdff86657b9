import { type BigIntStats, lstatSync, realpathSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { PartsError } from '@parts/core';
import type { Database } from 'better-sqlite3';

/**
 * A directory's time of change is as coarse as the kernel's clock: for so many milliseconds
 * after it, another change could leave it as it is.
 */
const COARSEST_CLOCK = 1000;

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

/** @param now milliseconds since 1970 */
export function createFileGuard(sqlite: Database, path: string, now = Date.now): FileGuard {
  const files = [path, logPath(path)];
  const identities = files.map(identify);
  const isLink = lstatSync(path).isSymbolicLink();
  let checkedDirectory: string | undefined;

  function emptyLog(): void {
    try {
      sqlite.pragma('wal_checkpoint(TRUNCATE)');
    } catch {
      // The log keeps what can't be moved. There is nobody to tell: no request depends on it.
    }
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

  return {
    check() {
      const directory = directoryState();
      if (directory !== undefined && directory === checkedDirectory) return;
      checkedDirectory = undefined;
      if (files.every((file, index) => identify(file) === identities[index])) {
        checkedDirectory = directory;
        return;
      }
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
  const stats = statOf(file);
  return stats && `${stats.dev}:${stats.ino}`;
}

function statOf(file: string): BigIntStats | undefined {
  try {
    return statSync(file, { bigint: true });
  } catch {
    return undefined;
  }
}
