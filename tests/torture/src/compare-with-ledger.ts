import { promise } from './broken-promise.ts';
import type { Attempt, ChangeLedger } from './change-ledger.ts';
import type { AuditRow, History } from './history.ts';
import type { Tally } from './tally.ts';

/**
 * Compares what is stored with what was asked for and promised: every acknowledged change is
 * there exactly once and as acknowledged, in an order that no client can object to; every
 * other one at most once and whole; and nothing is there that nobody asked for.
 *
 * @throws BrokenPromise
 */
export function compareWithLedger(
  history: History,
  ledger: Pick<ChangeLedger, 'attempts'>,
  tally: Tally,
): void {
  const byRequest = new Map(ledger.attempts.map((attempt) => [attempt.requestId, attempt]));
  const rows = new Map<string, AuditRow>();

  for (const row of history.audit) {
    const attempt = byRequest.get(row.request_id ?? '');
    promise(attempt !== undefined, 'only changes that were asked for', () => row);
    const asked = attempt.partId === row.part_id && attempt.status === row.new_status;
    promise(asked, `the change as asked for: ${JSON.stringify(attempt)}`, () => row);
    promise(attempt.outcome.kind !== 'refused', 'nothing of a refused change', () => [
      attempt,
      row,
    ]);
    const twin = rows.get(changeOf(attempt));
    promise(twin === undefined, 'a change is there once', () => [twin, row]);
    rows.set(changeOf(attempt), row);
  }

  for (const attempt of ledger.attempts) {
    if (attempt.outcome.kind !== 'acknowledged') continue;
    const row = rows.get(changeOf(attempt));
    if (!row) tally.lost++;
    promise(row !== undefined, 'every acknowledged change is there', () => attempt);
    promise(
      row.version === attempt.outcome.version,
      `version ${attempt.outcome.version}, as acknowledged`,
      () => [attempt, row],
    );
  }
  checkOrder(history.audit, byRequest);
}

/** A change that was acknowledged before another one was asked for comes before it. */
function checkOrder(audit: readonly AuditRow[], byRequest: ReadonlyMap<string, Attempt>): void {
  let earliest: Attempt | undefined;
  for (const row of audit.toReversed()) {
    const attempt = byRequest.get(row.request_id ?? '');
    if (!attempt) continue;
    const later = earliest;
    promise(
      !later || later.answeredAt >= attempt.sentAt,
      'changes in the order in which they were answered',
      () => [attempt, later],
    );
    if (!later || attempt.answeredAt < later.answeredAt) earliest = attempt;
  }
}

/** Attempts with one key for one part are the same change. */
function changeOf({ partId, key, requestId }: Attempt): string {
  return key === undefined ? `request ${requestId}` : `key ${partId} ${key}`;
}
