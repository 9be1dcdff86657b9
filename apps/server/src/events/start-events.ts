import { setTimeout as delay } from 'node:timers/promises';
import {
  type OutboxRelay,
  type OutboxRelayOptions,
  type Storage,
  startOutboxRelay,
} from '@parts/core';
import type { Config } from '../config.ts';
import type { Log } from '../log/log.ts';
import { retryDelay } from './backoff.ts';
import { createWebhook, readRetryAfter } from './webhook.ts';

export type EventHandler = OutboxRelayOptions['deliver'];

/** Milliseconds for which one event may fail before the line goes on without it: 24 hours. */
const GIVE_UP_AFTER = 24 * 3_600_000;

/** Begins to handle committed status changes in the background, when the configuration asks for it. */
export function startEvents(
  storage: Storage,
  config: Config,
  logging: Log,
): OutboxRelay | undefined {
  if (config.EVENTS === 'off') return undefined;
  const { log } = logging;
  const relay = startOutboxRelay({
    audit: storage.audit,
    cursor: storage.outboxCursor,
    deliver: createEventHandler(storage, config, logging),
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
  return {
    ...relay,
    stop: () =>
      relay.stop().catch((error: unknown) => {
        log.warn({ err: error }, 'the last events will be handled again after the next start');
      }),
  };
}

/** The webhook when one is configured, else a simulation of the work. */
function createEventHandler(
  { parts }: Storage,
  config: Config,
  { log, flushLog }: Log,
): EventHandler {
  const { EVENTS_WEBHOOK_URL: url, EVENTS_WEBHOOK_SECRET: secret } = config;
  if (url !== undefined && secret !== undefined) {
    return createWebhook({ url, secret, findPart: parts.find });
  }

  return async function simulateHandling({ id, part_id, new_status }) {
    if (config.EVENTS_DELAY_MS > 0) await delay(config.EVENTS_DELAY_MS);
    log.info({ audit_id: id, part_id, new_status }, 'event handled');
    // The line is what the handling consists of: a crash must not find it in memory.
    await flushLog();
    return 'delivered';
  };
}
