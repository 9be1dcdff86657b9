import { needsHistory } from './approval.ts';
import type { AuditEntry } from './audit-entry.ts';
import type { Change, ChangeResult, Creation, PartChange } from './change.ts';
import {
  checkRetry,
  type Decision,
  decideChange,
  decideCreation,
  nextPartNumber,
} from './decide-change.ts';
import { decideImport } from './decide-import.ts';
import { partNumberTaken } from './errors.ts';
import type { Import, ImportReport } from './import.ts';
import type { Part } from './part.ts';
import { restoreVersion } from './restore-version.ts';

/** What an engine gives to execute a change: the storage as the transaction sees it, its own writes included. */
export interface Transaction {
  findPart(id: number): Part | undefined;
  /** The part that has a number, in any ASCII case. */
  findByNumber(partNumber: string): Part | undefined;
  /** The highest number behind a prefix, in any ASCII case; 0 when there is none. */
  findHighestNumber(prefix: string): number;
  nextPartId(): number;
  /** The entries of a part from a version on, newest first. */
  readHistory(partId: number, from: number): readonly AuditEntry[];
  /** What the key of the change came with first; undefined when it is new or has expired. */
  findKey(change: PartChange): KeyRecord | undefined;
  /** Writes the part and its entry. @returns the id of the entry */
  write(part: Part, entry: Omit<AuditEntry, 'id'>): number;
  /** Remembers the key of the change, if it has one. */
  addKey(change: PartChange, entryId: number): void;
}

/** The entry that an idempotency key stands for. */
export interface KeyRecord {
  readonly fingerprint: string;
  /** That the part got by the entry. */
  readonly version: number;
}

/**
 * Executes a change by the rules. Whatever is thrown, the engine keeps nothing of it.
 *
 * @throws PartsError what `decideChange` and `checkRetry` throw, `part_number_taken`
 */
export function executeChange(change: Change, transaction: Transaction): ChangeResult {
  if (change.kind === 'part_created') {
    const number = chooseNumber(change, transaction);
    const decision = decideCreation(transaction.nextPartId(), number, change);
    write(decision, transaction);
    return { part: decision.part, replayed: false };
  }
  const record = transaction.findKey(change);
  if (record) return repeat(change, record, transaction);
  const before = transaction.findPart(change.partId);
  const history = needsHistory(change) ? transaction.readHistory(change.partId, 1) : [];
  const decision = decideChange(before, change, history);
  const entryId = write(decision, transaction);
  if (entryId !== undefined) transaction.addKey(change, entryId);
  return { part: decision.part, replayed: false };
}

/** Executes an import; a dry run writes nothing. @throws PartsError `invalid_import` */
export function executeImport(batch: Import, transaction: Transaction): ImportReport {
  const found = batch.rows.map(({ part_number }) => transaction.findByNumber(part_number));
  const parts = found.filter((part) => part !== undefined);
  const { decisions, report } = decideImport(batch, parts, transaction.nextPartId());
  if (!batch.dryRun) for (const decision of decisions) write(decision, transaction);
  return report;
}

function chooseNumber({ number }: Creation, { findHighestNumber }: Transaction): string {
  if ('exact' in number) return number.exact;
  return nextPartNumber(number.prefix, findHighestNumber(number.prefix));
}

/** Answers a retry with the part as the first request left it. */
function repeat(
  change: PartChange,
  { fingerprint, version }: KeyRecord,
  { findPart, readHistory }: Transaction,
): ChangeResult {
  checkRetry(change, fingerprint);
  const current = findPart(change.partId);
  if (!current) throw new Error('an idempotency key without its part');
  const history = readHistory(change.partId, version);
  return { part: restoreVersion(current, version, history), replayed: true };
}

/** @returns the id of the entry; undefined when nothing differs */
function write({ part, entry }: Decision, transaction: Transaction): number | undefined {
  if (entry === null) return undefined;
  if (entry.changes?.['part_number']) {
    const owner = transaction.findByNumber(part.part_number);
    if (owner && owner.id !== part.id) throw partNumberTaken(part.part_number, owner.id);
  }
  return transaction.write(part, entry);
}
