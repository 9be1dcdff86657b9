import type { Maintenance, Part } from '@parts/core';
import type { Database } from 'better-sqlite3';
import type { CommitSignal } from '../commit-signal.ts';
import { emptyLog } from '../connection.ts';
import { dropSchema } from '../migrations.ts';
import { prepareSchema } from '../prepare-schema.ts';
import type { GroupCommit } from './group-commit.ts';

/** Implements the port for operators and tests. */
export function createMaintenance(
  sqlite: Database,
  seed: readonly Part[],
  groupCommit: GroupCommit,
  commits: CommitSignal,
): Maintenance {
  const beginWrite = sqlite.prepare('UPDATE event_cursor SET audit_id = audit_id WHERE false');

  let wasReset = false;

  // One function, so that resets which arrive together share one.
  function resetSchema(): void {
    dropSchema(sqlite);
    prepareSchema(sqlite, seed);
    wasReset = true;
  }

  // One function as well. A statement that finds no row takes the write lock and is committed
  // without a write. It proves that the files are in place, the lock can be had and SQLite may write, but not
  // that the disk has room or takes a sync: after a failure the check stores a page.
  function tryWrite(): void {
    if (groupCommit.hasFailed()) rewriteHeader(sqlite);
    else beginWrite.run();
  }

  return {
    async reset() {
      await groupCommit.run(resetSchema);
      // A copy of the file alone has the new state. Resets that shared a commit share this too.
      if (wasReset) emptyLog(sqlite);
      wasReset = false;
      commits.notify();
    },

    checkWritable: () => groupCommit.run(tryWrite),
  };
}

/** Changes no value, but SQLite writes and syncs the first page as for any change. */
function rewriteHeader(sqlite: Database): void {
  sqlite.pragma(`user_version = ${sqlite.pragma('user_version', { simple: true })}`);
}
