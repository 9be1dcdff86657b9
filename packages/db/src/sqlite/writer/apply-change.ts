import type {
  AuditEntry,
  Change,
  ChangeResult,
  Creation,
  Decision,
  Import,
  ImportReport,
  PartChange,
} from '@parts/core';
import {
  checkRetry,
  decideChange,
  decideCreation,
  decideImport,
  needsHistory,
  nextPartNumber,
  partNumberTaken,
  restoreVersion,
} from '@parts/core/rules';
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
  const selectVersion = prepare(sqlite, queries.selectVersion);
  const selectHistory = prepare(sqlite, queries.selectHistory);
  const insertEntry = prepare(sqlite, queries.insertEntry);

  const readHistory = (part_id: number, from: number) =>
    selectHistory.all({ part_id, from }).map(toAuditEntry);

  /** @returns the id of the entry; undefined when nothing differs */
  function write({ part, entry }: Decision): number | undefined {
    if (entry === null) return undefined;
    if (entry.changes?.['part_number']) {
      const owner = selectNumber.get({ part_number: part.part_number });
      if (owner && owner.id !== part.id) throw partNumberTaken(part.part_number, owner.id);
    }
    return insertEntry.run({ ...entry, id: null, changes: encode(entry) }).lastInsertRowid;
  }

  const nextId = () => (selectLastPart.get({})?.id ?? 0) + 1;

  function create(change: Creation): ChangeResult {
    const decision = decideCreation(nextId(), chooseNumber(change), change);
    write(decision);
    return { part: decision.part, replayed: false };
  }

  function chooseNumber({ number }: Creation): string {
    if ('exact' in number) return number.exact;
    return nextPartNumber(number.prefix, selectHighestNumber.get(number)?.highest ?? 0);
  }

  function repeat(change: PartChange, auditId: number): ChangeResult {
    const current = selectPart.get({ id: change.partId });
    const version = selectVersion.get({ id: auditId })?.version;
    if (!current || version === undefined) throw new Error('an idempotency key without its entry');
    const history = readHistory(change.partId, version);
    return { part: restoreVersion(current, version, history), replayed: true };
  }

  function applyChange(change: Change): ChangeResult {
    if (change.kind === 'part_created') return create(change);
    const earlier = idempotency.find(change);
    if (earlier) {
      checkRetry(change, earlier.fingerprint);
      return repeat(change, earlier.audit_id);
    }
    const history = needsHistory(change) ? readHistory(change.partId, 1) : [];
    const decision = decideChange(selectPart.get({ id: change.partId }), change, history);
    const auditId = write(decision);
    if (auditId !== undefined) idempotency.add(change, auditId);
    return { part: decision.part, replayed: false };
  }

  function applyImport(batch: Import): ImportReport {
    const found = batch.rows.map(({ part_number }) => selectNumber.get({ part_number }));
    const parts = found.filter((part) => part !== undefined);
    const { decisions, report } = decideImport(batch, parts, nextId());
    if (!batch.dryRun) decisions.forEach(write);
    return report;
  }

  function replay(entries: readonly AuditEntry[]): void {
    for (const entry of entries) insertEntry.run({ ...entry, changes: encode(entry) });
  }

  return { applyChange, applyImport, replay };
}

const encode = ({ changes }: Pick<AuditEntry, 'changes'>) => changes && JSON.stringify(changes);
