import { and, asc, db, desc, eq, gt, gte, inArray, lt, sql } from '../drizzle.ts';
import { keptCursor } from '../outbox-cursor.ts';
import { describe, describeInsert, describeLookUp } from '../query.ts';
import { auditEntries, epoch, eventCursor, idempotencyKeys, parts } from '../schema.ts';

/** Keys that one cleanup looks at. */
const CLEANUP_STEP = 1000;

const isOld = inArray(
  idempotencyKeys.audit_id,
  db
    .select({ audit_id: idempotencyKeys.audit_id })
    .from(idempotencyKeys)
    .orderBy(asc(idempotencyKeys.audit_id))
    .limit(CLEANUP_STEP),
);

const prefix = sql.placeholder('prefix');
const digits = sql`substr(${parts.part_number}, length(${prefix}) + 1)`;

/** The queries of the thread that writes, which gets them as data: to load Drizzle there takes 0.1 s. */
export const WRITER_QUERIES = {
  selectPart: describeLookUp(parts, parts.id),
  insertPart: describeInsert(parts),
  /** The entries of a part from a version on, newest first. */
  selectHistory: describe(
    db
      .select()
      .from(auditEntries)
      .where(
        and(
          eq(auditEntries.part_id, sql.placeholder('part_id')),
          gte(auditEntries.version, sql.placeholder('from')),
        ),
      )
      .orderBy(desc(auditEntries.version)),
  ),
  selectEntry: describeLookUp(auditEntries, auditEntries.id),
  selectLastPart: describe(
    db.select({ id: parts.id }).from(parts).orderBy(desc(parts.id)).limit(1),
  ),
  selectNumber: describeLookUp(parts, parts.part_number),
  /** The highest number behind a prefix; 0 when there is none. */
  selectHighestNumber: describe(
    db
      .select({ highest: sql<number>`coalesce(max(CAST(${digits} AS INTEGER)), 0)`.as('highest') })
      .from(parts)
      .where(
        and(
          // The range lets the index of the numbers serve.
          gte(parts.part_number, prefix),
          lt(parts.part_number, sql`${prefix} || char(1114111)`),
          sql`substr(${parts.part_number}, 1, length(${prefix})) = ${prefix} COLLATE NOCASE`,
          sql`${digits} GLOB '[0-9]*' AND ${digits} NOT GLOB '*[^0-9]*' AND length(${digits}) <= 15`,
        ),
      ),
  ),
  insertEntry: describeInsert(auditEntries),
  selectKey: describeLookUp(idempotencyKeys, idempotencyKeys.part_id, idempotencyKeys.key),
  insertKey: describeInsert(idempotencyKeys),
  deleteKey: describe(
    db.delete(idempotencyKeys).where(eq(idempotencyKeys.audit_id, sql.placeholder('audit_id'))),
  ),
  deleteExpiredKeys: describe(
    db
      .delete(idempotencyKeys)
      .where(and(isOld, lt(idempotencyKeys.created_at, sql.placeholder('oldest')))),
  ),
  // The clock was ahead. Left as they are, such keys would hide those that expire before them.
  renewKeysFromTheFuture: describe(
    db
      .update(idempotencyKeys)
      .set({ created_at: sql`${sql.placeholder('now')}` })
      .where(and(isOld, gt(idempotencyKeys.created_at, sql.placeholder('now')))),
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
