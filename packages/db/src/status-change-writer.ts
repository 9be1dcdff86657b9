import { decideChange, type StatusChange, type StatusChangeResult } from '@parts/core';
import { prepareDirect } from './direct-statement.ts';
import { type DrizzleDatabase, eq, sql } from './drizzle.ts';
import type { IdempotencyRecords } from './idempotency-records.ts';
import { auditEntries, parts } from './schema.ts';

/**
 * The one place where a status change is written: the audit entry, whose insert changes the part
 * (migrations/guards.sql), and the idempotency record. The function that it returns must run
 * inside a transaction; whatever it throws, nothing of the change may be kept.
 */
export function createStatusChangeWriter(
  db: DrizzleDatabase,
  idempotency: IdempotencyRecords,
): (change: StatusChange) => StatusChangeResult {
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

  return function writeStatusChange(change) {
    const earlier = idempotency.find(change);
    if (earlier) return { part: earlier, replayed: true };

    const { part, entry } = decideChange(selectPart.get({ part_id: change.part_id }), change);
    insertAuditEntry.run(entry);
    idempotency.add(change, part);
    return { part, replayed: false };
  };
}
