import type { PartStatus } from '@parts/core';
import { type Answer, type AuditRow, assert, type History } from '@parts/testkit';
import { type Change, isWritten } from './changes.ts';
import { judge, type Outcome, readTag } from './judge-answer.ts';
import { checkOrder } from './real-time.ts';

/** One request for a change; times are those of `performance.now()`. */
export interface Attempt {
  readonly requestId: string;
  readonly change: Change;
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
export interface Sight {
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
  begin(asked: Pick<Attempt, 'change' | 'key' | 'ifMatch'>): Attempt;
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

    begin(asked) {
      const attempt: Attempt = {
        ...asked,
        requestId: `${name}-${attempts.length}`,
        sentAt: performance.now(),
        answeredAt: Number.MAX_VALUE,
        outcome: { kind: 'unknown' },
      };
      places.set(attempt, attempts.push(attempt) - 1);
      return attempt;
    },

    settle(attempt, answer) {
      const answeredAt = performance.now();
      const outcome = judge(attempt, answer);
      const { partId = 0 } = attempt.change;
      if (outcome.kind === 'acknowledged') note(partId, outcome.version ?? 1);
      if (answer.status === 412) {
        const version = readTag(answer);
        sights.push({ partId, version, status: undefined, sentAt: attempt.sentAt, answeredAt });
        note(partId, version);
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
 * there once and as acknowledged, every other one whole or not at all and nothing of a refused one;
 * nobody saw what never was; and one order of all changes and reads explains every answer
 * (linearizability). The audit tells that order, so real time must not contradict it.
 *
 * @throws Error
 */
export function checkAgainstLedger({ audit, parts }: History, { attempts, sights }: Ledger): void {
  const byRequest = new Map(attempts.map((attempt) => [attempt.requestId, attempt]));
  const written = new Map<string, AuditRow[]>();
  const statuses = new Map<string, PartStatus | null>(
    parts.map(({ id, status }) => [`${id} 1`, status]),
  );

  for (const row of audit.toReversed()) {
    statuses.set(`${row.part_id} ${row.version}`, row.new_status);
    statuses.set(`${row.part_id} ${row.version - 1}`, row.old_status);
  }
  for (const row of audit) {
    const attempt = byRequest.get(row.request_id ?? '');
    assert(attempt !== undefined, 'only changes that were asked for', () => row);
    assert(attempt.outcome.kind !== 'refused', 'nothing of a refused change', () => [attempt, row]);
    const rows = written.get(changeOf(attempt)) ?? [];
    const isOnce = rows.every(({ request_id }) => request_id === row.request_id);
    assert(isOnce, 'each change once', () => [rows, row]);
    written.set(changeOf(attempt), [...rows, row]);
  }
  for (const attempt of attempts) {
    const { change, outcome } = attempt;
    const rows = written.get(changeOf(attempt));
    const isWhole = rows === undefined || isWritten(change, rows);
    assert(isWhole, 'each change once, whole and as asked for', () => [attempt, rows]);
    if (outcome.kind !== 'acknowledged') continue;
    const { version = rows?.[0]?.version } = outcome;
    assert(
      rows !== undefined && rows[0]?.version === version,
      'every acknowledged change as acknowledged',
      () => [attempt, rows ?? 'it is lost'],
    );
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
function changeOf({ change, key, requestId }: Attempt): string {
  return key === undefined ? `request ${requestId}` : `key ${change.partId} ${key}`;
}
