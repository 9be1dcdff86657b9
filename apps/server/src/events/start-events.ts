import { setTimeout as delay } from 'node:timers/promises';
import {
  type OutboxRelay,
  type OutboxRelayOptions,
  readOutboxProgress,
  type Storage,
  startOutboxRelay,
} from '@parts/core';
import type { Log } from '../log/log.ts';
import { retryDelay } from './backoff.ts';
import { createWebhook, readRetryAfter, type WebhookOptions } from './webhook.ts';

/** Milliseconds for which one event may fail before the line goes on without it: 24 hours. */
const GIVE_UP_AFTER = 24 * 3_600_000;

export interface EventsOptions {
  /** Where each event is posted to, instead of a simulation of the work. */
  readonly webhook: WebhookOptions | undefined;
  /** Milliseconds that the simulated work takes. */
  readonly delay: number;
}

/** Begins to handle committed status changes in the background, in one of the servers that share the storage. */
export function startEvents(storage: Storage, options: EventsOptions, logging: Log): OutboxRelay {
  const { log } = logging;
  const { webhook } = options;
  const outbox = { audit: storage.audit, cursor: storage.outboxCursor };
  let relay: OutboxRelay | undefined;

  function startRelay(): OutboxRelay {
    return startOutboxRelay({
      ...outbox,
      deliver: webhook
        ? createWebhook(webhook, storage.parts)
        : simulateHandling(options.delay, logging),
      async pause(failures, error) {
        const milliseconds = retryDelay(failures, Math.random(), readRetryAfter(error));
        log.warn({ failures, retry_in_ms: milliseconds, err: error }, 'event handling is paused');
        await delay(milliseconds, undefined, { ref: false });
      },
      now: () => performance.now(),
      giveUpAfter: GIVE_UP_AFTER,
      onDrop({ id, part_id }, reason, error) {
        log.error({ audit_id: id, part_id, reason, err: error }, 'an event was dropped');
      },
    });
  }

  const stop = storage.lead(() => {
    const begun = startRelay();
    relay = begun;
    return async () => {
      relay = undefined;
      await begun.stop().catch((error: unknown) => {
        log.warn({ err: error }, 'the last events will be handled again');
      });
    };
  });
  return { readProgress: () => relay?.readProgress() ?? readOutboxProgress(outbox), stop };
}

function simulateHandling(duration: number, { log, flushLog }: Log): OutboxRelayOptions['deliver'] {
  return async ({ id, part_id, new_status }) => {
    if (duration > 0) await delay(duration);
    log.info({ audit_id: id, part_id, new_status }, 'event handled');
    // The line is what the handling consists of: a crash must not find it in memory.
    await flushLog();
    return 'delivered';
  };
}
