import type { PartStatus } from '@parts/core';
import { type Answer, type AuditRow, assert, type History } from '@parts/testkit';

/** What the client knows of a change that it asked for. */
type Outcome =
  | { readonly kind: 'acknowledged'; readonly version: number; readonly text: string }
  /** Answered with an error: nothing was written. */
  | { readonly kind: 'refused' }
  /** No answer, or one that leaves it open: the change is there whole or not at all. */
  | { readonly kind: 'unknown' };

/** One request for a change; times are those of `performance.now()`. */
export interface Attempt {
  readonly requestId: string;
  readonly partId: number;
  readonly status: PartStatus;
  /** Attempts with one key for one part ask for the same change. */
  readonly key?: string;
  /** The version that If-Match names. */
  readonly ifMatch?: number;
  readonly sentAt: number;
  /** Number.MAX_VALUE while there is no answer. */
  readonly answeredAt: number;
  readonly outcome: Outcome;
}

/** A version of a part that an answer has shown. */
interface Sight {
  readonly partId: number;
  readonly version: number;
  /** Undefined when the answer told only the version. */
  readonly status: PartStatus | undefined;
  readonly sentAt: number;
  readonly answeredAt: number;
}

/** Everything that clients asked for, and what they were answered. */
export interface Ledger {
  readonly attempts: readonly Attempt[];
  readonly sights: readonly Sight[];
}

export interface OpenLedger extends Ledger {
  begin(change: Pick<Attempt, 'partId' | 'status' | 'key' | 'ifMatch'>): Attempt;
  /** Writes down an answer. @throws Error when no such answer is allowed */
  settle(attempt: Attempt, answer: Answer): void;
  see(sight: Omit<Sight, 'answeredAt'>): void;
  /** The newest version of a part that any answer has shown; 1 before. */
  newest(partId: number): number;
}

/** @param name begins each request id, so that ledgers can be told apart */
export function createLedger(name: string): OpenLedger {
  const attempts: Attempt[] = [];
  const sights: Sight[] = [];
  const places = new Map<Attempt, number>();
  const newest = new Map<number, number>();

  function note(partId: number, version: number): void {
    newest.set(partId, Math.max(version, newest.get(partId) ?? 1));
  }

  return {
    attempts,
    sights,

    begin(change) {
      const attempt: Attempt = {
        ...change,
        requestId: `${name}-${attempts.length}`,
        sentAt: performance.now(),
        answeredAt: Number.MAX_VALUE,
        outcome: { kind: 'unknown' },
      };
      places.set(attempt, attempts.push(attempt) - 1);
      return attempt;
    },

    settle(attempt, { status, text, headers }) {
      const { partId, ifMatch, sentAt } = attempt;
      const answeredAt = performance.now();
      let outcome: Outcome = { kind: 'refused' };
      if (status === 200) {
        const part: { id: number; status: string; version: number } = JSON.parse(text);
        assert(
          part.id === partId &&
            part.status === attempt.status &&
            part.version === (ifMatch === undefined ? part.version : ifMatch + 1),
          'the part as it was asked for',
          () => [attempt, text],
        );
        outcome = { kind: 'acknowledged', version: part.version, text };
        note(partId, part.version);
      } else if (status === 412) {
        const version = Number(/\d+/.exec(String(headers['etag']))?.[0]);
        assert(
          ifMatch !== undefined && version !== ifMatch,
          '412 only when the part has another version',
          () => [attempt, headers],
        );
        sights.push({ partId, version, status: undefined, sentAt, answeredAt });
      } else {
        assert(status === 503, '200, 412 or 503 for a change', () => `${status}: ${text}`);
        if (text.includes('"storage_outcome_unknown"')) outcome = { kind: 'unknown' };
      }
      attempts[places.get(attempt) ?? -1] = { ...attempt, answeredAt, outcome };
    },

    see(sight) {
      sights.push({ ...sight, answeredAt: performance.now() });
      note(sight.partId, sight.version);
    },

    newest: (partId) => newest.get(partId) ?? 1,
  };
}

/**
 * Compares what is stored with what clients asked for and saw: every acknowledged change is
 * there once and as acknowledged, every other one at most once and nothing of a refused one;
 * nobody saw what never was; and one order of all changes and reads explains every answer
 * (linearizability). The audit tells that order, so real time must not contradict it.
 *
 * @throws Error
 */
export function checkAgainstLedger({ audit, parts }: History, { attempts, sights }: Ledger): void {
  const byRequest = new Map(attempts.map((attempt) => [attempt.requestId, attempt]));
  const rows = new Map<string, AuditRow>();
  const statuses = new Map(parts.map(({ id, status }) => [`${id} 1`, status]));

  for (const row of audit.toReversed()) {
    const attempt = byRequest.get(row.request_id ?? '');
    assert(attempt !== undefined, 'only changes that were asked for', () => row);
    assert(
      attempt.partId === row.part_id && attempt.status === row.new_status,
      'the change as asked for',
      () => [attempt, row],
    );
    assert(attempt.outcome.kind !== 'refused', 'nothing of a refused change', () => [attempt, row]);
    const twin = rows.get(changeOf(attempt));
    assert(twin === undefined, 'each change once', () => [twin, row]);
    rows.set(changeOf(attempt), row);
    statuses.set(`${row.part_id} ${row.version}`, row.new_status);
    statuses.set(`${row.part_id} ${row.version - 1}`, row.old_status);
  }
  for (const attempt of attempts) {
    if (attempt.outcome.kind !== 'acknowledged') continue;
    const { version } = attempt.outcome;
    const row = rows.get(changeOf(attempt));
    assert(row?.version === version, 'every acknowledged change as acknowledged', () => [
      attempt,
      row ?? 'it is lost',
    ]);
  }
  for (const sight of sights) {
    const status = statuses.get(`${sight.partId} ${sight.version}`);
    assert(
      status !== undefined && (sight.status ?? status) === status,
      'only versions that were stored are seen',
      () => [sight, status],
    );
  }
  checkOrder(audit, byRequest, sights);
}

/** Attempts with one key for one part are the same change. */
function changeOf({ partId, key, requestId }: Attempt): string {
  return key === undefined ? `request ${requestId}` : `key ${partId} ${key}`;
}

/** An operation with the audit id from which on, or of which, it tells. */
interface Operation {
  readonly position: number;
  readonly sentAt: number;
  readonly answeredAt: number;
}

/** What begins after another operation has ended is not older than that. */
function checkOrder(
  audit: readonly AuditRow[],
  byRequest: ReadonlyMap<string, Attempt>,
  sights: readonly Sight[],
): void {
  const positions = new Map(audit.map((row) => [`${row.part_id} ${row.version}`, row.id]));
  const changes = audit.flatMap((row) => {
    const attempt = byRequest.get(row.request_id ?? '');
    return attempt ? [{ ...attempt, position: row.id }] : [];
  });
  // A change comes after all changes that were answered before it was sent, of whatever part.
  checkRealTime(changes, []);
  for (const partId of new Set(changes.map((change) => change.partId))) {
    const own = sights
      .filter((sight) => sight.partId === partId)
      .map((sight) => ({
        ...sight,
        position: positions.get(`${partId} ${sight.version}`) ?? 0,
      }));
    checkRealTime(
      changes.filter((change) => change.partId === partId),
      own,
    );
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
