import { and, asc, db, eq, gt, inArray, lt, sql } from '../drizzle.ts';
import { keptCursor } from '../outbox-cursor.ts';
import { describe, describeInsert } from '../query.ts';
import { auditEntries, epoch, eventCursor, idempotencyKeys, parts } from '../schema.ts';

/** Keys that one cleanup looks at. */
const CLEANUP_STEP = 1000;

const oldestKeys = db
  .select({ audit_id: idempotencyKeys.audit_id })
  .from(idempotencyKeys)
  .orderBy(asc(idempotencyKeys.audit_id))
  .limit(CLEANUP_STEP);

/** The queries of the thread that writes, which gets them as data: to load Drizzle there takes 0.1 s. */
export const WRITER_QUERIES = {
  selectPart: describe(
    db
      .select()
      .from(parts)
      .where(eq(parts.id, sql.placeholder('id'))),
  ),
  insertPart: describeInsert(parts),
  selectEntry: describe(
    db
      .select()
      .from(auditEntries)
      .where(eq(auditEntries.id, sql.placeholder('id'))),
  ),
  insertEntry: describeInsert(auditEntries),
  selectKey: describe(
    db
      .select()
      .from(idempotencyKeys)
      .where(
        and(
          eq(idempotencyKeys.part_id, sql.placeholder('part_id')),
          eq(idempotencyKeys.key, sql.placeholder('key')),
        ),
      ),
  ),
  insertKey: describeInsert(idempotencyKeys),
  deleteKey: describe(
    db.delete(idempotencyKeys).where(eq(idempotencyKeys.audit_id, sql.placeholder('audit_id'))),
  ),
  deleteExpiredKeys: describe(
    db
      .delete(idempotencyKeys)
      .where(
        and(
          inArray(idempotencyKeys.audit_id, oldestKeys),
          lt(idempotencyKeys.created_at, sql.placeholder('oldest')),
        ),
      ),
  ),
  // The clock was ahead. Left as they are, such keys would hide those that expire before them.
  renewKeysFromTheFuture: describe(
    db
      .update(idempotencyKeys)
      .set({ created_at: sql`${sql.placeholder('now')}` })
      .where(
        and(
          inArray(idempotencyKeys.audit_id, oldestKeys),
          gt(idempotencyKeys.created_at, sql.placeholder('now')),
        ),
      ),
  ),
  // Two processes may both relay the outbox: the place never goes back.
  saveCursor: describe(
    db
      .update(eventCursor)
      .set({ audit_id: sql`max(${keptCursor}, ${sql.placeholder('id')})` })
      .where(sql`${sql.placeholder('epoch')} = (SELECT ${epoch.name} FROM ${epoch})`),
  ),
};

export type WriterQueries = typeof WRITER_QUERIES;
