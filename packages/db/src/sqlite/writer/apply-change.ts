import type { Change, ChangeResult, Creation, Decision, PartChange } from '@parts/core';
import {
  checkRetry,
  decideChange,
  decideCreation,
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

/**
 * The one place where a change is written: the audit entry, whose insert changes the part
 * (migrations/guards.sql), and the idempotency record. The function that it returns must run
 * inside a transaction; whatever it throws, nothing of the change may be kept.
 */
export function createChangeApplier(
  sqlite: Database,
  queries: WriterQueries,
  idempotency: IdempotencyRecords,
): (change: Change) => ChangeResult {
  const selectPart = prepare(sqlite, queries.selectPart);
  const selectLastPart = prepare(sqlite, queries.selectLastPart);
  const selectOwner = prepare(sqlite, queries.selectOwner);
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
      const owner = selectOwner.get({ part_number: part.part_number });
      if (owner && owner.id !== part.id) throw partNumberTaken(part.part_number, owner.id);
    }
    const changes = entry.changes && JSON.stringify(entry.changes);
    return insertEntry.run({ ...entry, id: null, changes }).lastInsertRowid;
  }

  function create(change: Creation): ChangeResult {
    const id = (selectLastPart.get({})?.id ?? 0) + 1;
    const decision = decideCreation(id, chooseNumber(change), change);
    write(decision);
    return { part: decision.part, replayed: false };
  }

  function chooseNumber({ number }: Creation): string {
    if ('exact' in number) return number.exact;
    return nextPartNumber(number.prefix, selectHighestNumber.get(number)?.highest ?? 0);
  }

  function replay(change: PartChange, auditId: number): ChangeResult {
    const current = selectPart.get({ id: change.partId });
    const version = selectVersion.get({ id: auditId })?.version;
    if (!current || version === undefined) throw new Error('an idempotency key without its entry');
    const history = readHistory(change.partId, version);
    return { part: restoreVersion(current, version, history), replayed: true };
  }

  return function applyChange(change) {
    if (change.kind === 'part_created') return create(change);
    const earlier = idempotency.find(change);
    if (earlier) {
      checkRetry(change, earlier.fingerprint);
      return replay(change, earlier.audit_id);
    }
    const history = needsHistory(change) ? readHistory(change.partId, 1) : [];
    const decision = decideChange(selectPart.get({ id: change.partId }), change, history);
    const auditId = write(decision);
    if (auditId !== undefined) idempotency.add(change, auditId);
    return { part: decision.part, replayed: false };
  };
}
