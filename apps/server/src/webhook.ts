import { formatEventId } from '@parts/http';
import { Webhook } from 'standardwebhooks';
import type { EventHandler } from './events.ts';

/** Milliseconds for a receiver to answer. Shorter than the default SHUTDOWN_TIMEOUT_MS, which has to wait for it. */
const TIMEOUT = 5_000;

/**
 * Posts each event as Standard Webhooks has it (https://www.standardwebhooks.com): signed,
 * and under the same `webhook-id` at each try, so that a receiver can tell a repetition.
 * Rejects unless the answer is a 2xx.
 */
export function createWebhook(url: string, secret: string): EventHandler {
  const webhook = new Webhook(secret);

  return async function postEvent(entry, position) {
    const id = formatEventId(position);
    const sentAt = new Date();
    const body = JSON.stringify({
      type: 'part.status_changed',
      timestamp: entry.changed_at,
      data: entry,
    });
    const response = await fetch(url, {
      method: 'POST',
      headers: {
        'Content-Type': 'application/json',
        'webhook-id': id,
        'webhook-timestamp': String(Math.floor(sentAt.getTime() / 1000)),
        'webhook-signature': webhook.sign(id, sentAt, body),
      },
      body,
      // A redirect would send the event somewhere that nobody configured.
      redirect: 'manual',
      signal: AbortSignal.timeout(TIMEOUT),
    });
    // The connection is free for the next event only when the answer was read.
    await response.body?.cancel();
    if (!response.ok) throw new Error(`the webhook's receiver answered ${response.status}`);
  };
}
