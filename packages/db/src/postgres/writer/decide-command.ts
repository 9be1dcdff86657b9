import {
  type Change,
  type ChangeResult,
  type Creation,
  checkRetry,
  type Decision,
  decideChange,
  decideCreation,
  decideImport,
  foldCase,
  type Import,
  type ImportReport,
  nextPartNumber,
  type Part,
  type PartChange,
  partNumberTaken,
  restoreVersion,
} from '@parts/core';
import { enterEntry, enterPart, type Ledger, nameKey } from './ledger.ts';

/**
 * Decides a change by the rules of core, and enters it in the ledger.
 *
 * @param lifetime of an idempotency key, in milliseconds
 * @throws PartsError with the ledger as it was
 */
export function decide(change: Change, ledger: Ledger, lifetime: number): ChangeResult {
  if (change.kind === 'part_created') {
    const number = chooseNumber(change, ledger);
    const decision = decideCreation(ledger.lastPartId + 1, number, change);
    enter(decision, ledger);
    return { part: decision.part, replayed: false };
  }
  const { partId, changedAt, idempotency } = change;
  const before = ledger.parts.get(partId);
  const history = ledger.histories.get(partId) ?? [];
  const record = idempotency && findRecord(change, ledger, lifetime);
  if (record) {
    checkRetry(change, record.fingerprint);
    if (!before) throw new Error('an idempotency key without its part');
    return { part: restoreVersion(before, record.version, history), replayed: true };
  }
  const decision = decideChange(before, change, history);
  enter(decision, ledger);
  if (idempotency && decision.entry) {
    const { key, fingerprint } = idempotency;
    const name = nameKey(partId, key);
    const created_at = changedAt;
    ledger.keys.set(name, { fingerprint, created_at, version: decision.part.version });
    const audit_id = ledger.lastEntryId;
    ledger.newKeys.set(name, { audit_id, part_id: partId, key, fingerprint, created_at });
  }
  return { part: decision.part, replayed: false };
}

/** Decides an import by the rules of core, and enters it in the ledger unless it is a dry run. */
export function decideBatch(batch: Import, ledger: Ledger): ImportReport {
  const found = batch.rows.map(({ part_number }) => findByNumber(part_number, ledger));
  const parts = found.filter((part) => part !== undefined);
  const { decisions, report } = decideImport(batch, parts, ledger.lastPartId + 1);
  if (!batch.dryRun) for (const decision of decisions) enter(decision, ledger);
  return report;
}

/** Keys from before this time have expired. */
export function oldestKeyAt(changedAt: string, lifetime: number): string {
  return new Date(Date.parse(changedAt) - lifetime).toISOString();
}

function findRecord({ partId, changedAt, idempotency }: PartChange, ledger: Ledger, life: number) {
  const record = idempotency && ledger.keys.get(nameKey(partId, idempotency.key));
  return record && record.created_at >= oldestKeyAt(changedAt, life) ? record : undefined;
}

function findByNumber(number: string, ledger: Ledger): Part | undefined {
  const owner = ledger.owners.get(foldCase(number));
  return owner === undefined ? undefined : ledger.parts.get(owner);
}

function chooseNumber({ number }: Creation, { highest }: Ledger): string {
  if ('exact' in number) return number.exact;
  return nextPartNumber(number.prefix, highest.get(foldCase(number.prefix)) ?? 0);
}

function enter({ part, entry }: Decision, ledger: Ledger): void {
  if (entry === null) return;
  const owner = findByNumber(part.part_number, ledger);
  if (owner && owner.id !== part.id) throw partNumberTaken(part.part_number, owner.id);
  if (entry.kind === 'part_created') ledger.lastPartId = part.id;
  enterPart(ledger, part);
  enterEntry(ledger, { id: ledger.lastEntryId + 1, ...entry });
}
