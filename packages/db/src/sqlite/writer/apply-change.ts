import type {
  AuditEntry,
  Change,
  ChangeResult,
  Creation,
  Decision,
  Import,
  ImportReport,
  Part,
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
import { ENTRY, LAST_PART, PART } from '../../queries.ts';
import { type AuditRow, toAuditEntry } from '../audit-row.ts';
import { insertInto, prepare } from '../statement.ts';
import type { IdempotencyRecords } from './idempotency-records.ts';

const FIND = `SELECT ${PART} FROM parts WHERE id = :id`;

const FIND_NUMBER = `SELECT ${PART} FROM parts WHERE part_number = :number`;

// The range lets the index of the numbers serve.
const HIGHEST = `SELECT coalesce(max(CAST(digits AS INTEGER)), 0) AS highest FROM (
    SELECT part_number, substr(part_number, length(:prefix) + 1) AS digits FROM parts
    WHERE part_number >= :prefix AND part_number < :prefix || char(1114111))
  WHERE substr(part_number, 1, length(:prefix)) = :prefix COLLATE NOCASE
    AND digits GLOB '[0-9]*' AND digits NOT GLOB '*[^0-9]*' AND length(digits) <= 15`;

const FIND_VERSION = 'SELECT version FROM audit_entries WHERE id = :id';

const HISTORY = `SELECT ${ENTRY} FROM audit_entries WHERE part_id = :partId AND version >= :from
  ORDER BY version DESC`;

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
export function createApplier(sqlite: Database, idempotency: IdempotencyRecords): Applier {
  const findPart = prepare<Part>(sqlite, FIND);
  const findNumber = prepare<Part>(sqlite, FIND_NUMBER);
  const selectLastPart = prepare<{ readonly id: number }>(sqlite, `SELECT ${LAST_PART} AS id`);
  const selectHighest = prepare<{ readonly highest: number }>(sqlite, HIGHEST);
  const findVersion = prepare<Pick<AuditEntry, 'version'>>(sqlite, FIND_VERSION);
  const selectHistory = prepare<AuditRow>(sqlite, HISTORY);
  const insertEntry = prepare(sqlite, insertInto('audit_entries', ENTRY));

  const readHistory = (partId: number, from: number) =>
    selectHistory.all({ partId, from }).map(toAuditEntry);

  /** @returns the id of the entry; undefined when nothing differs */
  function write({ part, entry }: Decision): number | undefined {
    if (entry === null) return undefined;
    if (entry.changes?.['part_number']) {
      const owner = findNumber.get({ number: part.part_number });
      if (owner && owner.id !== part.id) throw partNumberTaken(part.part_number, owner.id);
    }
    return insertEntry.run({ ...entry, id: null, changes: encode(entry) }).lastInsertRowid;
  }

  const nextId = () => (selectLastPart.get()?.id ?? 0) + 1;

  function create(change: Creation): ChangeResult {
    const decision = decideCreation(nextId(), chooseNumber(change), change);
    write(decision);
    return { part: decision.part, replayed: false };
  }

  function chooseNumber({ number }: Creation): string {
    if ('exact' in number) return number.exact;
    return nextPartNumber(number.prefix, selectHighest.get(number)?.highest ?? 0);
  }

  function repeat({ partId }: PartChange, auditId: number): ChangeResult {
    const current = findPart.get({ id: partId });
    const version = findVersion.get({ id: auditId })?.version;
    if (!current || version === undefined) throw new Error('an idempotency key without its entry');
    const part = restoreVersion(current, version, readHistory(partId, version));
    return { part, replayed: true };
  }

  function applyChange(change: Change): ChangeResult {
    if (change.kind === 'part_created') return create(change);
    const earlier = idempotency.find(change);
    if (earlier) {
      checkRetry(change, earlier.fingerprint);
      return repeat(change, earlier.audit_id);
    }
    const history = needsHistory(change) ? readHistory(change.partId, 1) : [];
    const decision = decideChange(findPart.get({ id: change.partId }), change, history);
    const auditId = write(decision);
    if (auditId !== undefined) idempotency.add(change, auditId);
    return { part: decision.part, replayed: false };
  }

  function applyImport(batch: Import): ImportReport {
    const found = batch.rows.map(({ part_number }) => findNumber.get({ number: part_number }));
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
