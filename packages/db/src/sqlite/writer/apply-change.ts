import { type ChangeResult, checkRetry, decideChange, type StatusChange } from '@parts/core';
import { type DrizzleDatabase, eq, sql } from '../drizzle.ts';
import { auditEntries, parts } from '../schema.ts';
import { prepareDirect } from '../statement.ts';
import type { IdempotencyRecords } from './idempotency-records.ts';

/**
 * The one place where a change is written: the audit entry, whose insert changes the part
 * (migrations/guards.sql), and the idempotency record. The function that it returns must run
 * inside a transaction; whatever it throws, nothing of the change may be kept.
 */
export function createChangeApplier(
  db: DrizzleDatabase,
  idempotency: IdempotencyRecords,
): (change: StatusChange) => ChangeResult {
  const selectPart = prepareDirect(
    db,
    db
      .select()
      .from(parts)
      .where(eq(parts.id, sql.placeholder('part_id'))),
  );
  const insertAuditEntry = prepareDirect(
    db,
    db.insert(auditEntries).values({
      part_id: sql.placeholder('part_id'),
      old_status: sql.placeholder('old_status'),
      new_status: sql.placeholder('new_status'),
      version: sql.placeholder('version'),
      reason: sql.placeholder('reason'),
      request_id: sql.placeholder('request_id'),
      changed_at: sql.placeholder('changed_at'),
    }),
  );

  return function applyChange(change) {
    const earlier = idempotency.find(change);
    if (earlier) {
      checkRetry(change, earlier.fingerprint);
      return { part: earlier.part, replayed: true };
    }
    const before = selectPart.get({ part_id: change.partId });
    const { part, entry } = decideChange(before, change);
    insertAuditEntry.run(entry);
    idempotency.add(change, part);
    return { part, replayed: false };
  };
}
