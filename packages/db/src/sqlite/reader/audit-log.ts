import type {
  AuditBatch,
  AuditEntry,
  AuditFilter,
  AuditLog,
  AuditPosition,
  ListRange,
} from '@parts/core';
import type { Database } from 'better-sqlite3';
import { ENTRY, LAST_ENTRY, listEntries, type Stretch } from '../../queries.ts';
import { searchInSteps } from '../../search-in-steps.ts';
import { type AuditRow, toAuditEntry } from '../audit-row.ts';
import type { CommitSignal } from '../commit-signal.ts';
import { createLister, prepare } from '../statement.ts';
import type { GroupRead } from './group-read.ts';

const END = `SELECT name AS epoch, ${LAST_ENTRY} AS id FROM epoch`;

const OF_PART = `SELECT ${ENTRY} FROM audit_entries WHERE part_id = :partId AND version < :after
  ORDER BY version DESC LIMIT :limit`;

/** SQLite's word for "no limit" (https://www.sqlite.org/lang_select.html#limitoffset). */
const NO_LIMIT = -1;

/** A function that finds the place behind the last entry. It must run in the transaction of what belongs to it. */
export function createEndFinder(sqlite: Database): () => AuditPosition {
  const selectEnd = prepare<AuditPosition>(sqlite, END);
  return () => selectEnd.get() ?? { epoch: '', id: 0 };
}

/** Implements the port for the audit. A group read is one transaction: epoch and ids belong together. */
export function createAuditLog(
  sqlite: Database,
  groupRead: GroupRead,
  commits: CommitSignal,
): AuditLog {
  const selectOfPart = prepare<AuditRow>(sqlite, OF_PART);
  const runList = createLister<AuditRow>(sqlite);
  const findEnd = createEndFinder(sqlite);

  const list = (filter: AuditFilter, range: Stretch) =>
    runList(listEntries(filter, range)).map(toAuditEntry);

  const search = (filter: AuditFilter, range: ListRange): Promise<AuditEntry[]> =>
    searchInSteps(range, (step) =>
      groupRead.run(() => ({ rows: list(filter, step), end: findEnd().id })),
    );

  function readAfter(from: AuditPosition, limit: number): AuditBatch {
    const end = findEnd();
    const isReset = from.epoch !== end.epoch || from.id > end.id;
    const after = isReset ? 0 : from.id;
    const entries = list({}, { after, limit });
    const position = { epoch: end.epoch, id: entries.at(-1)?.id ?? after };
    return { entries, position, isReset };
  }

  return {
    list({ after, limit, ...filter }) {
      const isFiltered = Object.values(filter).some((value) => value !== undefined);
      return isFiltered
        ? search(filter, { after, limit })
        : groupRead.run(() => list({}, { after, limit }));
    },
    listOfPart: (partId, { after = Number.MAX_SAFE_INTEGER, limit = NO_LIMIT }) =>
      groupRead.run(() => selectOfPart.all({ partId, after, limit }).map(toAuditEntry)),
    findEnd: () => groupRead.run(findEnd),
    readAfter: (position, limit) => groupRead.run(() => readAfter(position, limit)),
    onCommit: (listener) => commits.listen(listener),
  };
}
