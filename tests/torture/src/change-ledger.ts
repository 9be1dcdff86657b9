import type { PartStatus } from '@parts/core';
import { promise } from './broken-promise.ts';
import type { Answer } from './http-client.ts';
import type { Tally } from './tally.ts';

/** What the client knows of a request that asked for a change. Times come from `performance.now()`. */
type Outcome =
  | { readonly kind: 'acknowledged'; readonly version: number; readonly text: string }
  /** Answered with an error: nothing was written. */
  | { readonly kind: 'refused' }
  /**
   * No answer, or that the storage failed, perhaps in the middle of a commit: the change
   * is there whole or not at all.
   */
  | { readonly kind: 'unknown' };

/** One request for a change. Requests with one key ask for the same change. */
export interface Attempt {
  readonly requestId: string;
  readonly partId: number;
  readonly status: PartStatus;
  readonly key: string | undefined;
  readonly sentAt: number;
  /** Infinity while there is no answer. */
  answeredAt: number;
  outcome: Outcome;
}

/** Remembers what was asked for and what was promised. */
export interface ChangeLedger {
  readonly attempts: readonly Attempt[];
  begin(change: Pick<Attempt, 'partId' | 'status' | 'key'>): Attempt;
  settle(attempt: Attempt, answer: Answer): void;
}

export function createChangeLedger(name: string, tally: Tally): ChangeLedger {
  const attempts: Attempt[] = [];

  return {
    attempts,

    begin({ partId, status, key }) {
      const attempt: Attempt = {
        requestId: `${name}-${attempts.length}`,
        partId,
        status,
        key,
        sentAt: performance.now(),
        answeredAt: Number.POSITIVE_INFINITY,
        outcome: { kind: 'unknown' },
      };
      attempts.push(attempt);
      return attempt;
    },

    settle(attempt, { status, text }) {
      attempt.answeredAt = performance.now();
      if (status !== 200) {
        const failed = text.includes('"storage_outcome_unknown"');
        attempt.outcome = { kind: failed ? 'unknown' : 'refused' };
        return;
      }
      const part = JSON.parse(text) as { id: number; status: string; version: number };
      promise(
        part.id === attempt.partId && part.status === attempt.status,
        `an answer with part ${attempt.partId} ${attempt.status}`,
        () => text,
      );
      attempt.outcome = { kind: 'acknowledged', version: part.version, text };
      tally.acknowledged++;
    },
  };
}
