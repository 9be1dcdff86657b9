import type { AuditEntry, Change, ChangeResult, Import, ImportReport } from '@parts/core';
import { executeChange, executeImport, type Transaction } from '@parts/core/rules';
import type { Database } from 'better-sqlite3';
import { toAuditEntry } from '../audit-row.ts';
import { prepare } from '../statement.ts';
import type { IdempotencyRecords } from './idempotency-records.ts';
import type { WriterQueries } from './queries.ts';

/** Writes changes. Must be used inside a transaction; whatever is thrown, nothing of it may be kept. */
export interface Applier {
  applyChange(change: Change): ChangeResult;
  applyImport(batch: Import): ImportReport;
  /** Writes entries as they are; their ids go on from the last one. */
  replay(entries: readonly AuditEntry[]): void;
}

/**
 * The one place where changes are written: the audit entry, whose insert changes the part
 * (migrations/sqlite/guards.sql), and the idempotency record.
 */
export function createApplier(
  sqlite: Database,
  queries: WriterQueries,
  idempotency: IdempotencyRecords,
): Applier {
  const selectPart = prepare(sqlite, queries.selectPart);
  const selectLastPart = prepare(sqlite, queries.selectLastPart);
  const selectNumber = prepare(sqlite, queries.selectNumber);
  const selectHighestNumber = prepare(sqlite, queries.selectHighestNumber);
  const selectHistory = prepare(sqlite, queries.selectHistory);
  const insertEntry = prepare(sqlite, queries.insertEntry);

  /** @param id null for the next one */
  function insert(entry: Omit<AuditEntry, 'id'> & { readonly id: number | null }): number {
    const changes = entry.changes && JSON.stringify(entry.changes);
    return insertEntry.run({ ...entry, changes }).lastInsertRowid;
  }

  const transaction: Transaction = {
    findPart: (id) => selectPart.get({ id }),
    findByNumber: (part_number) => selectNumber.get({ part_number }),
    findHighestNumber: (prefix) => selectHighestNumber.get({ prefix })?.highest ?? 0,
    nextPartId: () => (selectLastPart.get({})?.id ?? 0) + 1,
    readHistory: (part_id, from) => selectHistory.all({ part_id, from }).map(toAuditEntry),
    findKey: idempotency.find,
    write: (_part, entry) => insert({ ...entry, id: null }),
    addKey: idempotency.add,
  };

  return {
    applyChange: (change) => executeChange(change, transaction),
    applyImport: (batch) => executeImport(batch, transaction),
    replay: (entries) => entries.forEach(insert),
  };
}
