import type { AuditEntry } from './audit-entry.ts';
import { PartsError, partNotFound } from './errors.ts';
import type { Part } from './part.ts';
import type { StatusChange } from './status-change.ts';

/** What a storage has to write for a change: both or neither. */
export interface DecidedChange {
  /** The part as the change leaves it. */
  readonly part: Part;
  /** Its record; the storage gives it the next id. */
  readonly entry: Omit<AuditEntry, 'id'>;
}

/**
 * Decides what becomes of a part. Every storage asks this, inside the transaction that writes it.
 *
 * @param before the part as it is; undefined when there is none
 * @throws PartsError `part_not_found`, `version_conflict`
 */
export function decideChange(before: Part | undefined, change: StatusChange): DecidedChange {
  if (!before) throw partNotFound();
  if (change.expected_versions?.includes(before.version) === false) {
    throw new PartsError('version_conflict', `the part has version ${before.version} by now`, {
      currentVersion: before.version,
    });
  }
  const { part_id, new_status, reason, request_id } = change;
  const version = before.version + 1;
  // A clock that was set back must not put a change before the one that it follows.
  const isSetBack = change.changed_at < before.updated_at;
  const changed_at = isSetBack ? before.updated_at : change.changed_at;
  return {
    part: { ...before, status: new_status, version, updated_at: changed_at },
    entry: {
      part_id,
      old_status: before.status,
      new_status,
      version,
      reason,
      request_id,
      changed_at,
    },
  };
}
