import type { CommitCounts, Statistics } from '@parts/core';
import { count, type DrizzleDatabase, max } from '../drizzle.ts';
import { auditEntries, parts } from '../schema.ts';
import type { GroupRead } from './group-read.ts';

/** Implements the port for numbers. */
export function createStatistics(
  db: DrizzleDatabase,
  groupRead: GroupRead,
  readCommits: () => CommitCounts,
): Statistics {
  const countParts = db.select({ value: count() }).from(parts).prepare();
  // The audit is append-only and a rolled-back insert gives its id back, so the
  // ids have no gaps and the last one is the count, at no cost.
  const lastAuditId = db
    .select({ value: max(auditEntries.id) })
    .from(auditEntries)
    .prepare();

  return {
    count: () =>
      groupRead.run(() => ({
        parts: countParts.get()?.value ?? 0,
        auditEntries: lastAuditId.get()?.value ?? 0,
      })),
    readCommits,
  };
}
