import { followFeed } from '@parts/testkit';
import { describe, expect, test } from 'vitest';
import { type Server, serve } from './testing/serve.ts';
import { hookTo, startWebhookReceiver } from './testing/webhook-receiver.ts';

const send = (server: Server, method: string, path: string, body: unknown) =>
  server.request(path, {
    method,
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  });

async function readJson(server: Server, path: string): Promise<unknown> {
  return (await server.request(path)).json();
}

test('SEED=off starts without parts, and a reset brings none', async () => {
  const server = await serve({ env: { SEED: 'off' } });
  expect(await readJson(server, '/v1/parts')).toEqual([]);
  const created = await send(server, 'POST', '/v1/parts', { part_number: 'A-1', name: 'First' });
  expect(await created.json()).toMatchObject({ id: 1, version: 1 });
  await server.request('/debug/reset', { method: 'POST' });
  expect(await readJson(server, '/v1/parts')).toEqual([]);
  expect(await readJson(server, '/debug/stats')).toMatchObject({ parts_count: 0, audit_count: 0 });
});

describe('PART_NUMBER_PATTERN', () => {
  test.for([
    ['POST', '/v1/parts', { part_number: '1E+05', name: 'a' }],
    ['PATCH', '/v1/parts/1', { part_number: '1E+05' }],
    [
      'POST',
      '/v1/imports',
      [
        { part_number: 'AB-0001', name: 'a' },
        { part_number: '1E+05', name: 'a' },
      ],
    ],
    ['POST', '/v1/parts', { part_number: 'xAB-0001', name: 'a' }],
  ] as const)(
    'refuses another number by %s %s, and nothing is written',
    async ([method, path, body]) => {
      const server = await serve({ env: { PART_NUMBER_PATTERN: '[A-Z]+-[0-9]{4}' } });
      const response = await send(server, method, path, body);
      expect([400, 422]).toContain(response.status);
      expect(await response.text()).toContain('[A-Z]+-[0-9]{4}');
      expect(await readJson(server, '/debug/stats')).toMatchObject({
        parts_count: 12,
        audit_count: 0,
      });
      const good = await send(server, 'POST', '/v1/parts', { part_number: 'AB-0001', name: 'a' });
      expect(good.status).toBe(201);
    },
  );
});

test('each kind of a change has an event of its name, in the feed and for the webhook', async () => {
  const receiver = await startWebhookReceiver();
  const server = await serve({ env: hookTo(receiver) });
  const feed = await followFeed(server);
  await send(server, 'POST', '/v1/parts', { part_number: 'A-1', name: 'First' });
  await send(server, 'PATCH', '/v1/parts/13', { name: 'Second' });
  await send(server, 'PATCH', '/v1/parts/13/status', { status: 'In Review' });
  await send(server, 'PATCH', '/v1/parts/13', { retired: true });
  await send(server, 'PATCH', '/v1/parts/13', { retired: false });
  const rows = [
    { part_number: 'A-1', name: 'Third' },
    { part_number: 'A-2', name: 'Other' },
  ];
  await send(server, 'POST', '/v1/imports?existing=update', rows);

  const kinds = [
    ...['part_created', 'part_edited', 'status_changed', 'part_retired', 'part_restored'],
    ...['part_edited', 'part_created'],
  ];
  await expect.poll(() => feed.events.map(({ event }) => event)).toEqual(kinds);
  await receiver.waitFor(kinds.length);
  expect(receiver.received.map(({ payload }) => payload.type)).toEqual(
    kinds.map((kind) => `part.${kind}`),
  );
});
