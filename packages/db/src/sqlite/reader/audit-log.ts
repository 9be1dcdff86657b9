import type { AuditBatch, AuditLog, AuditPosition, ListRange } from '@parts/core';
import type { Database } from 'better-sqlite3';
import type { CommitSignal } from '../commit-signal.ts';
import { and, asc, db, desc, eq, gt, lt, sql } from '../drizzle.ts';
import { describe } from '../query.ts';
import { auditEntries, epoch } from '../schema.ts';
import { prepare } from '../statement.ts';
import type { GroupRead } from './group-read.ts';
import { NO_LIMIT } from './parts-reader.ts';

const after = sql.placeholder('after');
const limit = sql.placeholder('limit');

const SELECT_ALL = describe(
  db
    .select()
    .from(auditEntries)
    .where(gt(auditEntries.id, after))
    .orderBy(asc(auditEntries.id))
    .limit(limit),
);
const SELECT_OF_PART = describe(
  db
    .select()
    .from(auditEntries)
    .where(
      and(eq(auditEntries.part_id, sql.placeholder('part_id')), lt(auditEntries.version, after)),
    )
    .orderBy(desc(auditEntries.version))
    .limit(limit),
);
const SELECT_END = describe(
  db
    .select({
      epoch: sql<string>`${epoch.name}`.as('epoch'),
      id: sql<number>`coalesce((SELECT max(${auditEntries.id}) FROM ${auditEntries}), 0)`.as('id'),
    })
    .from(epoch),
);

/** A function that finds the place behind the last entry. It must run in the transaction of what belongs to it. */
export function createEndFinder(sqlite: Database): () => AuditPosition {
  const selectEnd = prepare(sqlite, SELECT_END);
  return () => selectEnd.get({}) ?? { epoch: '', id: 0 };
}

/** Implements the port for the audit. A group read is one transaction: epoch and ids belong together. */
export function createAuditLog(
  sqlite: Database,
  groupRead: GroupRead,
  commits: CommitSignal,
): AuditLog {
  const selectAll = prepare(sqlite, SELECT_ALL);
  const selectOfPart = prepare(sqlite, SELECT_OF_PART);
  const findEnd = createEndFinder(sqlite);

  const list = ({ after = 0, limit = NO_LIMIT }: ListRange) => selectAll.all({ after, limit });

  const listOfPart = (
    part_id: number,
    { after = Number.MAX_SAFE_INTEGER, limit = NO_LIMIT }: ListRange,
  ) => selectOfPart.all({ part_id, after, limit });

  function readAfter(from: AuditPosition, limit: number): AuditBatch {
    const end = findEnd();
    const isReset = from.epoch !== end.epoch || from.id > end.id;
    const after = isReset ? 0 : from.id;
    const entries = list({ after, limit });
    const position = { epoch: end.epoch, id: entries.at(-1)?.id ?? after };
    return { entries, position, isReset };
  }

  return {
    list: (range) => groupRead.run(() => list(range)),
    listOfPart: (partId, range) => groupRead.run(() => listOfPart(partId, range)),
    findEnd: () => groupRead.run(findEnd),
    readAfter: (position, limit) => groupRead.run(() => readAfter(position, limit)),
    onCommit: (listener) => commits.listen(listener),
  };
}
