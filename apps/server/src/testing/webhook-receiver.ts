import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { auditEntrySchema, ENTRY_KINDS } from '@parts/core';
import { Webhook } from 'standardwebhooks';
import { expect, onTestFinished } from 'vitest';
import { z } from 'zod';

export const SECRET = `whsec_${Buffer.from('a secret of the receiver alone').toString('base64')}`;

const payloadSchema = z.object({
  type: z.templateLiteral(['part.', z.enum(ENTRY_KINDS)]),
  timestamp: z.iso.datetime(),
  data: auditEntrySchema.extend({ part_number: z.string(), name: z.string() }),
});

/** What was posted for a status change, after its signature was verified. */
export interface ReceivedEvent {
  readonly id: string;
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly payload: z.output<typeof payloadSchema>;
}

type Answer = (response: ServerResponse) => void;

export interface WebhookReceiver {
  readonly url: string;
  /** Connections that were opened so far. */
  countConnections(): number;
  /** Every request, in the order of their arrival. */
  readonly received: readonly ReceivedEvent[];
  /** Decides what the next requests are answered. At first they are accepted. */
  setAnswer(answer: Answer): void;
  waitFor(count: number): Promise<void>;
  /** Refuses connections from now on. */
  close(): void;
  /** Accepts connections again, at the same address. */
  reopen(): Promise<void>;
}

export const accept: Answer = (response) => void response.writeHead(204).end();

/** Receives webhooks as the specification has it. A signature that is not right fails the test. */
export async function startWebhookReceiver(): Promise<WebhookReceiver> {
  const received: ReceivedEvent[] = [];
  let answer = accept;
  const server = createServer(async (request, response) => {
    const body = await text(request);
    received.push(verify(request, body));
    answer(response);
  });
  let connections = 0;
  server.on('connection', () => {
    connections += 1;
  });
  const listen = (port: number) => once(server.listen(port, '127.0.0.1'), 'listening');
  await listen(0);
  const { port } = server.address() as AddressInfo;
  onTestFinished(close);

  function close(): void {
    server.close();
    server.closeAllConnections();
  }

  return {
    url: `http://127.0.0.1:${port}/hook`,
    received,
    countConnections: () => connections,
    setAnswer(next) {
      answer = next;
    },
    async waitFor(count) {
      await expect.poll(() => received.length).toBeGreaterThanOrEqual(count);
    },
    close,
    reopen: async () => void (await listen(port)),
  };
}

/** The environment in which a server posts its events there. */
export function hookTo({ url }: WebhookReceiver) {
  return { EVENTS: 'on', EVENTS_WEBHOOK_URL: url, EVENTS_WEBHOOK_SECRET: SECRET };
}

/** The ids of the audit entries that came, repetitions included. */
export function receivedBy({ received }: WebhookReceiver): number[] {
  return received.map(({ payload }) => payload.data.id);
}

function verify({ headers, url = '' }: IncomingMessage, body: string): ReceivedEvent {
  const id = String(headers['webhook-id']);
  const payload = new Webhook(SECRET).verify(body, {
    'webhook-id': id,
    'webhook-timestamp': String(headers['webhook-timestamp']),
    'webhook-signature': String(headers['webhook-signature']),
  });
  return { id, path: url, headers, payload: payloadSchema.parse(payload) };
}
