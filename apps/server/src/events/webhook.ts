import type { OutboxRelayOptions, PartsRepository } from '@parts/core';
import { formatEventId } from '@parts/http';
import { Webhook } from 'standardwebhooks';
import { parseRetryAfter } from './backoff.ts';

/** Milliseconds for a receiver to answer. Shorter than the default SHUTDOWN_TIMEOUT_MS, which has to wait for it. */
const TIMEOUT = 5_000;

/** Bytes of an answer that are read, so that its connection can be used again. */
const MAX_ANSWER_BYTES = 64 * 1024;

export interface WebhookOptions {
  readonly url: string;
  readonly secret: string;
}

/**
 * Posts each event as Standard Webhooks has it (https://www.standardwebhooks.com): signed,
 * and under the same `webhook-id` at each try, so that a receiver can tell a repetition.
 * A receiver refuses an event for good with 410. Rejects unless the answer is that or a 2xx;
 * {@link readRetryAfter} reads what the answer says of the next try.
 *
 * @param parts tells the names of the part that an event is about
 */
export function createWebhook(
  { url, secret }: WebhookOptions,
  parts: Pick<PartsRepository, 'find'>,
): OutboxRelayOptions['deliver'] {
  const webhook = new Webhook(secret);

  return async function postEvent(entry, position) {
    const id = formatEventId(position);
    const part = await parts.find(entry.part_id);
    const sentAt = new Date();
    const body = JSON.stringify({
      type: `part.${entry.kind}`,
      timestamp: entry.changed_at,
      data: { ...entry, part_number: part?.part_number, name: part?.name },
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
    await readToEnd(response);
    if (response.status === 410) return 'refused';
    if (response.ok) return 'delivered';
    throw Object.assign(new Error(`the webhook's receiver answered ${response.status}`), {
      retryAfter: parseRetryAfter(response.headers.get('Retry-After'), Date.now()),
    });
  };
}

/** Milliseconds before the next try that the receiver asked for; 0 when it did not. */
export function readRetryAfter(error: unknown): number {
  const isAsked = error instanceof Error && 'retryAfter' in error;
  return isAsked && typeof error.retryAfter === 'number' ? error.retryAfter : 0;
}

/** The connection is free for the next event only when the answer was read, unless it is too long. */
async function readToEnd({ body }: Response): Promise<void> {
  let size = 0;
  try {
    for await (const chunk of body ?? []) {
      size += chunk.length;
      if (size > MAX_ANSWER_BYTES) return;
    }
  } catch {
    // The head has said what became of the event.
  }
}
