import { setTimeout as delay } from 'node:timers/promises';
import { type EventProcessor, type EventProcessorOptions, startEventProcessor } from '@parts/core';
import type { PartsDatabase } from '@parts/db';
import { backoffDelay } from './backoff.ts';
import type { Config } from './config.ts';
import type { Log } from './log.ts';
import { createWebhook } from './webhook.ts';

export type EventHandler = EventProcessorOptions['handle'];

/** Begins to handle committed status changes in the background, when the configuration asks for it. */
export function startEvents(
  database: PartsDatabase,
  config: Config,
  logging: Log,
): EventProcessor | undefined {
  if (config.EVENTS === 'off') return undefined;
  return startEventProcessor({
    tail: database.auditTail,
    cursor: database.eventCursor,
    handle: createEventHandler(config, logging),
    async pause(failures, error) {
      const milliseconds = backoffDelay(failures, Math.random());
      logging.log.warn(
        { failures, retry_in_ms: milliseconds, err: error },
        'an event was not handled',
      );
      await delay(milliseconds, undefined, { ref: false });
    },
  });
}

/** The webhook when one is configured, else a simulation of the work. */
function createEventHandler(config: Config, { log, flushLog }: Log): EventHandler {
  const { EVENTS_WEBHOOK_URL: url, EVENTS_WEBHOOK_SECRET: secret } = config;
  if (url !== undefined && secret !== undefined) return createWebhook(url, secret);

  return async function simulateHandling({ id, part_id, new_status }) {
    if (config.EVENTS_DELAY_MS > 0) await delay(config.EVENTS_DELAY_MS);
    log.info({ audit_id: id, part_id, new_status }, 'event handled');
    // The line is what the handling consists of: a crash must not find it in memory.
    await flushLog();
  };
}
