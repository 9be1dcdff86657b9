import { type AuditRow, assert } from '@parts/testkit';
import type { Attempt, Sight } from './ledger.ts';

/** An operation with the audit id from which on, or of which, it tells. */
interface Operation {
  readonly position: number;
  readonly sentAt: number;
  readonly answeredAt: number;
}

/** What begins after another operation has ended is not older than that. @throws Error */
export function checkOrder(
  audit: readonly AuditRow[],
  byRequest: ReadonlyMap<string, Attempt>,
  sights: readonly Sight[],
): void {
  const positions = new Map(audit.map((row) => [`${row.part_id} ${row.version}`, row.id]));
  const changes = audit.flatMap((row) => {
    const attempt = byRequest.get(row.request_id ?? '');
    return attempt ? [{ ...attempt, partId: row.part_id, position: row.id }] : [];
  });
  // A change comes after all changes that were answered before it was sent, of whatever part.
  checkRealTime(changes, []);
  for (const [partId, own] of Map.groupBy(changes, (change) => change.partId)) {
    const reads = sights
      .filter((sight) => sight.partId === partId)
      .map((sight) => ({
        ...sight,
        position: positions.get(`${partId} ${sight.version}`) ?? 0,
      }));
    checkRealTime(own, reads);
  }
}

function checkRealTime(changes: readonly Operation[], reads: readonly Operation[]): void {
  const all = [...changes, ...reads];
  const isChange = new Set(changes);
  const byEnd = all.toSorted((a, b) => a.answeredAt - b.answeredAt);
  let newest: Operation | undefined;
  let ended = 0;
  for (const operation of all.toSorted((a, b) => a.sentAt - b.sentAt)) {
    for (
      let next = byEnd[ended];
      next && next.answeredAt < operation.sentAt;
      next = byEnd[++ended]
    ) {
      if (!newest || next.position > newest.position) newest = next;
    }
    const oldest = operation.position - (isChange.has(operation) ? 1 : 0);
    assert(
      !newest || newest.position <= oldest,
      'an order that real time does not contradict',
      () => [newest, operation],
    );
  }
}
