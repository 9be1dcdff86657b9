import type { AuditEntry, ListRange } from '@parts/core';
import { and, asc, type DrizzleDatabase, desc, eq, gt, lt, sql } from '../drizzle.ts';
import { auditEntries } from '../schema.ts';
import { prepareDirect } from '../statement.ts';
import { NO_LIMIT } from './parts-reader.ts';

/** The queries for audit entries on a connection, compiled once. */
export function createAuditReader(db: DrizzleDatabase) {
  const after = sql.placeholder('after');
  const limit = sql.placeholder('limit');

  const selectAll = prepareDirect(
    db,
    db
      .select()
      .from(auditEntries)
      .where(gt(auditEntries.id, after))
      .orderBy(asc(auditEntries.id))
      .limit(limit),
  );
  const selectOfPart = prepareDirect(
    db,
    db
      .select()
      .from(auditEntries)
      .where(
        and(eq(auditEntries.part_id, sql.placeholder('part_id')), lt(auditEntries.version, after)),
      )
      .orderBy(desc(auditEntries.version))
      .limit(limit),
  );

  return {
    /** In the order of their ids. */
    list: ({ after = 0, limit = NO_LIMIT }: ListRange): AuditEntry[] =>
      selectAll.all({ after, limit }),

    /** In the order of their versions, newest first. */
    listOfPart: (
      part_id: number,
      { after = Number.MAX_SAFE_INTEGER, limit = NO_LIMIT }: ListRange,
    ): AuditEntry[] => selectOfPart.all({ part_id, after, limit }),
  };
}
