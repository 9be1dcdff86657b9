import type { DebugStorage } from '@parts/core';
import type { Database } from 'better-sqlite3';
import type { CommitSignal } from './commit-signal.ts';
import { count, type DrizzleDatabase, max } from './drizzle.ts';
import type { GroupCommit } from './group-commit.ts';
import { dropSchema, migrate } from './migrations.ts';
import { auditEntries, parts } from './schema.ts';
import { seed } from './seed.ts';
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

  return {
    async reset() {
      await groupCommit.run(() => {
        dropSchema(sqlite);
        migrate(sqlite);
        seed(db);
      });
      commits.notify();
    },

    readStats: async () =>
      read(() => ({
        parts_count: countParts.get()?.value ?? 0,
        audit_count: lastAuditId.get()?.value ?? 0,
      })),
  };
}
