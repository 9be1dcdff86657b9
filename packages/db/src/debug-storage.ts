import type { DebugStorage } from '@parts/core';
import type { Database } from 'better-sqlite3';
import type { CommitSignal } from './commit-signal.ts';
import { emptyLog } from './connection.ts';
import { count, type DrizzleDatabase, max } from './drizzle.ts';
import type { GroupCommit } from './group-commit.ts';
import { dropSchema } from './migrations.ts';
import { prepareSchema } from './prepare-schema.ts';
import { auditEntries, parts } from './schema.ts';
import { read } from './storage-error.ts';

/** Implements the debug port. */
export function createDebugStorage(
  sqlite: Database,
  db: DrizzleDatabase,
  groupCommit: GroupCommit,
  commits: CommitSignal,
): DebugStorage {
  const countParts = db.select({ value: count() }).from(parts).prepare();
  // The audit is append-only and a rolled-back insert gives its id back, so the
  // ids have no gaps and the last one is the count, at no cost.
  const lastAuditId = db
    .select({ value: max(auditEntries.id) })
    .from(auditEntries)
    .prepare();
  const beginWrite = sqlite.prepare('UPDATE event_cursor SET audit_id = audit_id WHERE false');

  let wasReset = false;

  // One function, so that resets which arrive together share one.
  function resetSchema(): void {
    dropSchema(sqlite);
    prepareSchema(sqlite);
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

    readStats: async () =>
      read(() => ({
        parts_count: countParts.get()?.value ?? 0,
        audit_count: lastAuditId.get()?.value ?? 0,
      })),

    checkWritable: () => groupCommit.run(tryWrite),
  };
}

/** Changes no value, but SQLite writes and syncs the first page as for any change. */
function rewriteHeader(sqlite: Database): void {
  sqlite.pragma(`user_version = ${sqlite.pragma('user_version', { simple: true })}`);
}
