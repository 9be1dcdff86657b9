import type { AuditEntry } from '@parts/core';

/** An audit entry as its table has it, with the changes as JSON. */
export type AuditRow = Omit<AuditEntry, 'changes'> & { readonly changes: string | null };

/** Most entries are status changes, whose row is the entry. */
export function toAuditEntry(row: AuditRow): AuditEntry {
  const { changes } = row;
  return changes === null ? { ...row, changes } : { ...row, changes: JSON.parse(changes) };
}
