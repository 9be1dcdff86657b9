import {
  type Part,
  PartsError,
  partNotFound,
  type StatusChange,
  type StatusChangeResult,
} from '@parts/core';
import { prepareDirect } from './direct-statement.ts';
import { type DrizzleDatabase, eq, sql } from './drizzle.ts';
import type { IdempotencyRecords } from './idempotency-records.ts';
import { auditEntries, parts } from './schema.ts';

/**
 * The one place where a status change is written: the part, its audit entry and the
 * idempotency record. The function that it returns must run inside a transaction;
 * whatever it throws, nothing of the change may be kept.
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
  const updatePart = prepareDirect(
    db,
    db
      .update(parts)
      .set({
        status: sql`${sql.placeholder('status')}`,
        version: sql`${sql.placeholder('version')}`,
        updated_at: sql`${sql.placeholder('updated_at')}`,
      })
      .where(eq(parts.id, sql.placeholder('id'))),
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

    const before = selectPart.get({ part_id: change.part_id });
    if (!before) throw partNotFound();
    refuseUnexpectedVersion(change, before);
    const after: Part = {
      ...before,
      status: change.new_status,
      version: before.version + 1,
      updated_at: change.changed_at,
    };
    updatePart.run(after);
    insertAuditEntry.run({ ...change, old_status: before.status, version: after.version });
    idempotency.add(change, after);
    return { part: after, replayed: false };
  };
}

function refuseUnexpectedVersion(change: StatusChange, { version }: Part): void {
  if (change.expected_versions === null || change.expected_versions.includes(version)) return;
  throw new PartsError('version_conflict', `the part has version ${version} by now`, {
    currentVersion: version,
  });
}
