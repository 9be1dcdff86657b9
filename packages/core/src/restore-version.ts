import type { AuditEntry } from './audit-entry.ts';
import type { Part } from './part.ts';

/**
 * Computes a part as it was in an earlier version, backwards from its entries.
 *
 * @param current the part now
 * @param history entries of the part, newest first, down to the entry of that version; version 1 of
 *   a seeded part has none
 */
export function restoreVersion(
  current: Part,
  version: number,
  history: Iterable<AuditEntry>,
): Part {
  let part = current;
  for (const entry of history) {
    if (entry.version <= version) {
      return { ...part, version, status: entry.new_status, updated_at: entry.changed_at };
    }
    part = { ...part, ...oldFields(entry), status: entry.old_status ?? part.status };
  }
  return { ...part, version, updated_at: part.created_at };
}

function oldFields({ changes }: AuditEntry): Partial<Part> {
  return Object.fromEntries(Object.entries(changes ?? {}).map(([field, [old]]) => [field, old]));
}
