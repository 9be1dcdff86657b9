import { type AuditEntry, foldCase, type KeyRecord, type Part } from '@parts/core';

/** An idempotency key that is stored. */
export interface StoredKey extends KeyRecord {
  readonly created_at: string;
}

interface NewKey {
  readonly audit_id: number;
  readonly part_id: number;
  readonly key: string;
  readonly fingerprint: string;
  readonly created_at: string;
}

/**
 * What a transaction sees of the storage, as far as its commands touch it, and what it is to write. Each
 * decision is entered, so that the next one goes on from it.
 */
export interface Ledger {
  readonly epoch: string;
  lastEntryId: number;
  lastPartId: number;
  readonly parts: Map<number, Part>;
  /** The part that has a number; by the number in lower case. */
  readonly owners: Map<string, number>;
  /** Newest first, without gaps from the newest one on, as far back as a command needs. */
  readonly histories: Map<number, AuditEntry[]>;
  /** By {@link nameKey}. */
  readonly keys: Map<string, StoredKey>;
  /** The highest number behind a prefix in lower case. */
  readonly highest: Map<string, number>;
  readonly newEntries: AuditEntry[];
  readonly newKeys: Map<string, NewKey>;
}

/** Keys belong to their part. */
export function nameKey(partId: number, key: string): string {
  return `${partId} ${key}`;
}

/** Enters a part that was read or decided. */
export function enterPart(ledger: Ledger, part: Part): void {
  const before = ledger.parts.get(part.id);
  if (before) ledger.owners.delete(foldCase(before.part_number));
  const number = foldCase(part.part_number);
  ledger.parts.set(part.id, part);
  ledger.owners.set(number, part.id);
  for (const [prefix, highest] of ledger.highest) {
    const digits = number.slice(prefix.length);
    if (!number.startsWith(prefix) || !/^\d{1,15}$/.test(digits)) continue;
    ledger.highest.set(prefix, Math.max(highest, Number(digits)));
  }
}

/** Enters an entry that was decided, the newest of its part. */
export function enterEntry(ledger: Ledger, entry: AuditEntry): void {
  ledger.lastEntryId = entry.id;
  ledger.newEntries.push(entry);
  const history = ledger.histories.get(entry.part_id);
  if (history) history.unshift(entry);
  else ledger.histories.set(entry.part_id, [entry]);
}
