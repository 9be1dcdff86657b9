import type { AuditEntry } from './audit-entry.ts';
import type { Change, StatusChange } from './change.ts';
import { PartsError } from './errors.ts';
import type { Part } from './part.ts';

/** True when `decideChange` has to look at the entries of the part. */
export function needsHistory(change: Change): change is StatusChange {
  return (
    change.kind === 'status_changed' &&
    change.approval === 'four-eyes' &&
    change.status === 'Approved'
  );
}

/**
 * Checks the rule "four eyes": a decision is made on a part in review, and nobody approves a part
 * that they created, edited or sent to review since it was last approved. A comment, which is In
 * Review again, is not sending to review: else reviewers who comment would lock themselves out.
 *
 * @param history the entries of the part, newest first
 * @throws PartsError `not_in_review`, `self_approval`
 */
export function checkApproval(
  before: Part,
  change: StatusChange,
  history: Iterable<AuditEntry>,
): void {
  if (change.approval === 'open') return;
  if (change.status !== 'Approved' && change.status !== 'Rejected') return;
  if (before.status !== 'In Review') {
    throw new PartsError(
      'not_in_review',
      `the part is ${before.status}; only a part that is In Review can be approved or rejected`,
    );
  }
  if (change.status !== 'Approved') return;
  for (const entry of history) {
    if (isApproval(entry)) return;
    if (entry.actor === change.actor && isContribution(entry)) {
      throw new PartsError(
        'self_approval',
        `${change.actor} created, edited or sent version ${entry.version} to review; someone else has to approve the part`,
      );
    }
  }
}

function isApproval({ kind, new_status }: AuditEntry): boolean {
  return kind === 'status_changed' && new_status === 'Approved';
}

function isContribution({ kind, old_status, new_status }: AuditEntry): boolean {
  if (kind === 'part_created' || kind === 'part_edited') return true;
  return kind === 'status_changed' && new_status === 'In Review' && old_status !== 'In Review';
}
