import { checkApproval } from './approval.ts';
import type { AuditEntry } from './audit-entry.ts';
import type { Change, Creation, PartChange } from './change.ts';
import { diffParts } from './diff-parts.ts';
import { PartsError, partNotFound } from './errors.ts';
import type { Part } from './part.ts';

/** What a storage has to write, both or neither. */
export interface Decision {
  /** The part after the change. */
  readonly part: Part;
  /** Its audit entry, to which the storage gives the id; null when nothing differs and nothing is to be written. */
  readonly entry: Omit<AuditEntry, 'id'> | null;
}

/**
 * Decides a change of a part. The rules of a change are here and nowhere else; a storage begins
 * a transaction, reads the part, calls this and writes what it returns.
 *
 * @param before the part as the transaction sees it; undefined when there is none
 * @param history the entries of the part, newest first; looked at only when `needsHistory`
 * @throws PartsError `part_not_found`, `version_conflict`, `part_retired`, `not_in_review`, `self_approval`
 */
export function decideChange(
  before: Part | undefined,
  change: PartChange,
  history: Iterable<AuditEntry> = [],
): Decision {
  if (!before) throw partNotFound();
  refuseUnexpectedVersion(before, change);
  const updated_at = laterOf(before.updated_at, change.changedAt);
  const after: Part = { ...before, version: before.version + 1, updated_at };
  switch (change.kind) {
    case 'status_changed':
      refuseRetired(before);
      checkApproval(before, change, history);
      return record(before, { ...after, status: change.status }, change);
    case 'part_edited': {
      const edited = { ...after, ...change.content };
      if (!diffParts(before, edited)) return { part: before, entry: null };
      refuseRetired(before);
      // An approval is of the content as it was approved: an edit ends it.
      return record(before, { ...edited, status: 'Draft' }, change);
    }
    case 'part_retired':
      if (before.retired_at !== null) return { part: before, entry: null };
      return record(before, { ...after, retired_at: updated_at }, change);
    case 'part_restored':
      if (before.retired_at === null) return { part: before, entry: null };
      return record(before, { ...after, retired_at: null }, change);
  }
}

/**
 * Decides the creation of a part. That its number is not taken is for the storage to ensure.
 *
 * @param id the next one of the storage
 * @param part_number as the change gives it, or `nextPartNumber`
 */
export function decideCreation(id: number, part_number: string, change: Creation): Decision {
  const part: Part = {
    id,
    part_number,
    ...change.content,
    status: 'Draft',
    version: 1,
    created_at: change.changedAt,
    updated_at: change.changedAt,
    retired_at: null,
  };
  return record(undefined, part, change);
}

/**
 * The number after the highest one behind a prefix, with at least four digits.
 *
 * @param highest 0 when there is none
 */
export function nextPartNumber(prefix: string, highest: number): string {
  return prefix + String(highest + 1).padStart(4, '0');
}

function record(before: Part | undefined, after: Part, change: Change): Decision {
  const { kind, actor, reason, requestId: request_id } = change;
  const entry = {
    part_id: after.id,
    kind,
    old_status: before?.status ?? null,
    new_status: after.status,
    version: after.version,
    changes: diffParts(before, after),
    actor,
    reason,
    request_id,
    changed_at: after.updated_at,
  };
  return { part: after, entry };
}

/** Clocks can go back, and the servers of one storage can disagree; the history of a part does not. */
function laterOf(before: string, now: string): string {
  const isSetBack = now < before;
  return isSetBack ? before : now;
}

function refuseUnexpectedVersion(before: Part, { expectedVersions }: PartChange): void {
  const { version: currentVersion } = before;
  if (expectedVersions === null || expectedVersions.includes(currentVersion)) return;
  throw new PartsError('version_conflict', `the part has version ${currentVersion} by now`, {
    currentVersion,
  });
}

function refuseRetired({ retired_at }: Part): void {
  if (retired_at === null) return;
  throw new PartsError('part_retired', `the part was retired at ${retired_at}; restore it first`);
}

/**
 * Checks that a retry asks for what its idempotency key stands for. A storage calls this
 * before it reads the part, and then answers with the result of then.
 *
 * @param fingerprint what the key came with first
 * @throws PartsError `idempotency_key_reused`
 */
export function checkRetry(change: PartChange, fingerprint: string): void {
  if (change.idempotency?.fingerprint === fingerprint) return;
  throw new PartsError(
    'idempotency_key_reused',
    'this idempotency key came with another request before; take a new key for a new request',
  );
}
