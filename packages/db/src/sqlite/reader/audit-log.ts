import type {
  AuditBatch,
  AuditEntry,
  AuditFilter,
  AuditLog,
  AuditPosition,
  ListRange,
} from '@parts/core';
import type { Database } from 'better-sqlite3';
import type { SQL } from 'drizzle-orm';
import type { CommitSignal } from '../../commit-listeners.ts';
import { searchInSteps } from '../../search-in-steps.ts';
import { toAuditEntry } from '../audit-row.ts';
import { and, asc, db, desc, eq, gt, lt, lte, sql } from '../drizzle.ts';
import { describe } from '../query.ts';
import { auditEntries, epoch } from '../schema.ts';
import { prepare } from '../statement.ts';
import type { GroupRead } from './group-read.ts';
import { NO_LIMIT } from './parts-reader.ts';

const after = sql.placeholder('after');
const limit = sql.placeholder('limit');

const describeList = (...conditions: readonly SQL[]) =>
  describe(
    db
      .select()
      .from(auditEntries)
      .where(and(gt(auditEntries.id, after), ...conditions))
      .orderBy(asc(auditEntries.id))
      .limit(limit),
  );

/** True when a column has the value under its name, or when that is null. */
const matches = (column: typeof auditEntries.actor | typeof auditEntries.kind) =>
  sql`(${sql.placeholder(column.name)} IS NULL OR ${column} = ${sql.placeholder(column.name)})`;

const SELECT_ALL = describeList();
const SEARCH = describeList(
  lte(auditEntries.id, sql.placeholder('last')),
  matches(auditEntries.actor),
  matches(auditEntries.kind),
  sql`${auditEntries.changed_at} >= ${sql.placeholder('since')}`,
  sql`(${sql.placeholder('until')} IS NULL OR ${auditEntries.changed_at} < ${sql.placeholder('until')})`,
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
  const selectMatching = prepare(sqlite, SEARCH);
  const findEnd = createEndFinder(sqlite);

  const list = ({ after = 0, limit = NO_LIMIT }: ListRange) =>
    selectAll.all({ after, limit }).map(toAuditEntry);

  const listOfPart = (
    part_id: number,
    { after = Number.MAX_SAFE_INTEGER, limit = NO_LIMIT }: ListRange,
  ) => selectOfPart.all({ part_id, after, limit }).map(toAuditEntry);

  function search(filter: AuditFilter, range: ListRange): Promise<AuditEntry[]> {
    const { actor = null, kind = null, since = '', until = null } = filter;
    return searchInSteps(range, (step) =>
      groupRead.run(() => ({
        rows: selectMatching.all({ ...step, actor, kind, since, until }).map(toAuditEntry),
        end: findEnd().id,
      })),
    );
  }

  function readAfter(from: AuditPosition, limit: number): AuditBatch {
    const end = findEnd();
    const isReset = from.epoch !== end.epoch || from.id > end.id;
    const after = isReset ? 0 : from.id;
    const entries = list({ after, limit });
    const position = { epoch: end.epoch, id: entries.at(-1)?.id ?? after };
    return { entries, position, isReset };
  }

  return {
    list({ after, limit, ...filter }) {
      const isFiltered = Object.values(filter).some((value) => value !== undefined);
      return isFiltered
        ? search(filter, { after, limit })
        : groupRead.run(() => list({ after, limit }));
    },
    listOfPart: (partId, range) => groupRead.run(() => listOfPart(partId, range)),
    findEnd: () => groupRead.run(findEnd),
    readAfter: (position, limit) => groupRead.run(() => readAfter(position, limit)),
    onCommit: (listener) => commits.listen(listener),
  };
}
