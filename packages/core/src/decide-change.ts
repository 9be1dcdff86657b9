import type { AuditEntry } from './audit-entry.ts';
import type { StatusChange } from './change.ts';
import { PartsError, partNotFound } from './errors.ts';
import type { Part } from './part.ts';

/** What a storage has to write, both or neither. */
export interface Decision {
  /** The part after the change. */
  readonly part: Part;
  /** Its audit entry. The storage gives the id: the next one after the last. */
  readonly entry: Omit<AuditEntry, 'id'>;
}

/**
 * Decides a change. The rules of a change are here and nowhere else; a storage begins a
 * transaction, reads the part, calls this and writes what it returns.
 *
 * @param before the part as the transaction sees it; undefined when there is none
 * @throws PartsError `part_not_found`, `version_conflict`
 */
export function decideChange(before: Part | undefined, change: StatusChange): Decision {
  if (!before) throw partNotFound();
  const { version: currentVersion, status: old_status } = before;
  if (change.expectedVersions?.includes(currentVersion) === false) {
    throw new PartsError('version_conflict', `the part has version ${currentVersion} by now`, {
      currentVersion,
    });
  }
  const version = currentVersion + 1;
  let changed_at = change.changedAt;
  // Clocks can go back, and the servers of one storage can disagree; the history of a part does not.
  if (changed_at < before.updated_at) changed_at = before.updated_at;
  return {
    part: { ...before, status: change.status, version, updated_at: changed_at },
    entry: {
      part_id: before.id,
      old_status,
      new_status: change.status,
      version,
      reason: change.reason,
      request_id: change.requestId,
      changed_at,
    },
  };
}

/**
 * Checks that a retry asks for what its idempotency key stands for. A storage calls this
 * before it reads the part, and then answers with the result of then.
 *
 * @param fingerprint what the key came with first
 * @throws PartsError `idempotency_key_reused`
 */
export function checkRetry(change: StatusChange, fingerprint: string): void {
  if (change.idempotency?.fingerprint === fingerprint) return;
  throw new PartsError(
    'idempotency_key_reused',
    'this idempotency key came with another request before; take a new key for a new request',
  );
}
