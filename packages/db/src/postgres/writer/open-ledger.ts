import { foldCase, type Part, type PartChange, type Transaction } from '@parts/core';
import { enterEntry, enterPart, type Ledger, nameKey } from './ledger.ts';

/**
 * A ledger as the rules of core see it. What they write is entered.
 *
 * @param lifetime of an idempotency key, in milliseconds
 */
export function openLedger(ledger: Ledger, lifetime: number): Transaction {
  return {
    findPart: (id) => ledger.parts.get(id),
    findByNumber: (number) => findByNumber(ledger, number),
    findHighestNumber: (prefix) => ledger.highest.get(foldCase(prefix)) ?? 0,
    nextPartId: () => ledger.lastPartId + 1,
    readHistory: (partId) => ledger.histories.get(partId) ?? [],

    findKey({ partId, changedAt, idempotency }) {
      const record = idempotency && ledger.keys.get(nameKey(partId, idempotency.key));
      return record && record.created_at >= oldestKeyAt(changedAt, lifetime) ? record : undefined;
    },

    write(part, entry) {
      if (entry.kind === 'part_created') ledger.lastPartId = part.id;
      enterPart(ledger, part);
      enterEntry(ledger, { id: ledger.lastEntryId + 1, ...entry });
      return ledger.lastEntryId;
    },

    addKey: (change, audit_id) => addKey(ledger, change, audit_id),
  };
}

/** Keys from before this time have expired. */
export function oldestKeyAt(changedAt: string, lifetime: number): string {
  return new Date(Date.parse(changedAt) - lifetime).toISOString();
}

function findByNumber({ owners, parts }: Ledger, number: string): Part | undefined {
  const owner = owners.get(foldCase(number));
  return owner === undefined ? undefined : parts.get(owner);
}

function addKey(ledger: Ledger, change: PartChange, audit_id: number): void {
  const { partId: part_id, changedAt: created_at, idempotency } = change;
  const version = ledger.parts.get(part_id)?.version;
  if (!idempotency || version === undefined) return;
  const { key, fingerprint } = idempotency;
  const name = nameKey(part_id, key);
  ledger.keys.set(name, { fingerprint, created_at, version });
  ledger.newKeys.set(name, { audit_id, part_id, key, fingerprint, created_at });
}
