import type { AuditEntry } from './audit-entry.ts';
import type { Part } from './part.ts';

/**
 * Computes a part as it was in an earlier version: what an idempotency key stands for.
 *
 * @param current the part now
 * @param history entries of the part, newest first, down to the entry of that version
 * @throws Error when the history does not reach down to the version
 */
export function restoreVersion(
  current: Part,
  version: number,
  history: Iterable<AuditEntry>,
): Part {
  for (const entry of history) {
    if (entry.version > version) continue;
    return { ...current, status: entry.new_status, version, updated_at: entry.changed_at };
  }
  throw new Error(`part ${current.id} has no entry of version ${version}`);
}
