import { PART_STATUSES } from '@parts/core';
import { BrokenPromise } from './broken-promise.ts';
import type { Attempt, ChangeLedger } from './change-ledger.ts';
import type { Answer, HttpClient } from './http-client.ts';
import type { Random } from './random.ts';

/** The seed of the product has at least this many parts, with ids from 1. */
const PARTS = 8;

export interface WritersOptions {
  readonly client: HttpClient;
  readonly ledger: ChangeLedger;
  readonly random: Random;
  /** Clients at work at the same time; each sends its next change after the answer to its last. */
  readonly count: number;
  /** Changes after which a writer stops by itself. */
  readonly limit: number;
  /** Send half of the changes with an Idempotency-Key. */
  readonly withKeys?: boolean;
}

export interface Writers {
  /** Fulfils when every writer has reached its limit or lost its connection. */
  readonly finished: Promise<void>;
  /** Lets each writer wait for the answer that it is waiting for, and no more. */
  stop(): Promise<void>;
}

/** Clients that change random parts to random statuses. A lost connection ends a writer; a refusal does not. */
export function startWriters(options: WritersOptions): Writers {
  const { client, ledger, random, withKeys = false } = options;
  let stopped = false;

  const finished = Promise.all(Array.from({ length: options.count }, write)).then(() => {});

  async function write(): Promise<void> {
    for (let sent = 0; sent < options.limit && !stopped; sent++) {
      const attempt = ledger.begin({
        partId: random.integer(1, PARTS),
        status: random.pick(PART_STATUSES),
        key: withKeys && random.chance(0.5) ? `key-${ledger.attempts.length}` : undefined,
      });
      try {
        await sendChange(client, ledger, attempt);
      } catch (error) {
        if (error instanceof BrokenPromise) throw error;
        return;
      }
    }
  }

  return {
    finished,
    stop() {
      stopped = true;
      return finished;
    },
  };
}

/**
 * Sends one change and writes the answer into the ledger.
 *
 * @throws Error of the connection; the outcome is unknown then, as it was before
 */
export async function sendChange(
  client: HttpClient,
  ledger: ChangeLedger,
  attempt: Attempt,
): Promise<Answer> {
  const answer = await client.send(`/v1/parts/${attempt.partId}/status`, {
    method: 'PATCH',
    headers: {
      'X-Request-Id': attempt.requestId,
      ...(attempt.key !== undefined && { 'Idempotency-Key': attempt.key }),
    },
    body: JSON.stringify({ status: attempt.status }),
  });
  ledger.settle(attempt, answer);
  return answer;
}
