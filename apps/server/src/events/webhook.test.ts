import { execFileSync } from 'node:child_process';
import type { ServerResponse } from 'node:http';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { createTemporaryDirectory, followFeed, startServer } from '@parts/testkit';
import { expect, onTestFinished, test, vi } from 'vitest';
import { explain } from '../commands/explain.ts';
import { ConfigError, readConfig } from '../config.ts';
import { changeParts } from '../testing/change-parts.ts';
import { serve } from '../testing/serve.ts';
import {
  accept,
  hookTo,
  type ReceivedEvent,
  receivedBy,
  SECRET,
  startWebhookReceiver,
} from '../testing/webhook-receiver.ts';
import { hasBlockedPort } from './webhook-settings.ts';

const PAUSED = { msg: 'event handling is paused', level: 'warn' };

test('each change is posted once and in order, as the audit and the feed show it', async () => {
  const receiver = await startWebhookReceiver();
  const server = await serve({ env: hookTo(receiver) });
  const feed = await followFeed(server);
  await changeParts(server, 30, 'for the webhook');
  await receiver.waitFor(30);

  const audit = JSON.parse(await (await server.request('/v1/audit')).text());
  expect(receiver.received.map(({ payload }) => payload.data)).toMatchObject(audit);
  await expect.poll(() => feed.events).toHaveLength(30);
  expect(receiver.received.map(({ id }) => id)).toEqual(feed.events.map(({ id }) => id));
  for (const { headers, payload } of receiver.received) {
    expect(headers['content-type']).toBe('application/json');
    expect(payload.timestamp).toBe(payload.data.changed_at);
    const part = await server.request(`/v1/parts/${payload.data.part_id}`);
    const { part_number, name } = payload.data;
    expect(await part.json()).toMatchObject({ part_number, name });
  }
});

test('one connection serves all events, also when the body of an answer comes after its head', async () => {
  const receiver = await startWebhookReceiver();
  receiver.setAnswer((response) => {
    response.writeHead(200).flushHeaders();
    setTimeout(() => response.end('a late body'), 20);
  });
  const server = await serve({ env: hookTo(receiver) });
  await changeParts(server, 10);
  await receiver.waitFor(10);

  expect(receiver.countConnections()).toBe(1);
});

test('a success whose body is endless or breaks off is a success', async () => {
  const receiver = await startWebhookReceiver();
  const answers: ((response: ServerResponse) => void)[] = [
    (response) => void Readable.from(repeatForEver('x'.repeat(16_384))).pipe(response),
    (response) => {
      response.writeHead(200, { 'Content-Length': '10' }).flushHeaders();
      setTimeout(() => response.destroy(), 20);
    },
  ];
  receiver.setAnswer((response) => (answers.shift() ?? accept)(response));
  const server = await serve({ env: hookTo(receiver) });
  await changeParts(server, 3);
  await receiver.waitFor(3);

  expect(receivedBy(receiver)).toEqual([1, 2, 3]);
});

test('an event that is answered with 410 is dropped, in the log and the statistics', async () => {
  const receiver = await startWebhookReceiver();
  const statuses = [200, 410];
  receiver.setAnswer((response) => void response.writeHead(statuses.shift() ?? 204).end());
  const server = await serve({ env: hookTo(receiver) });
  await changeParts(server, 3);
  await receiver.waitFor(3);

  expect(receivedBy(receiver)).toEqual([1, 2, 3]);
  await server.waitForLog({
    msg: 'an event was dropped',
    level: 'error',
    audit_id: 2,
    reason: 'refused',
  });
  await expect
    .poll(async () => (await server.request('/debug/stats')).json())
    .toMatchObject({ events_processed: 3, events_pending: 0, events_dropped: 1 });
});

test('a receiver says with Retry-After when the next try may come', async () => {
  const receiver = await startWebhookReceiver();
  receiver.setAnswer((response) => {
    response.writeHead(503, { 'Retry-After': '1800' }).end();
  });
  const server = await serve({ env: hookTo(receiver) });
  await changeParts(server, 1);
  await server.waitForLog({ ...PAUSED, failures: 1, retry_in_ms: 1_800_000 });
});

test('a receiver that answers with errors delays events, loses none and sees the same id at each try', async () => {
  const receiver = await startWebhookReceiver();
  const server = await serve({ env: hookTo(receiver) });
  const statuses = [500, 503, 404];
  receiver.setAnswer((response) => {
    response.writeHead(statuses.shift() ?? 200).end('an answer that nobody needs');
  });
  await changeParts(server, 3);
  await receiver.waitFor(6);

  expect(receivedBy(receiver)).toEqual([1, 1, 1, 1, 2, 3]);
  expect(new Set(receiver.received.map(({ id }) => id)).size).toBe(3);
  await server.waitForLog({ ...PAUSED, failures: 3 });
});

test('a receiver that does not answer delays events and loses none', async () => {
  const receiver = await startWebhookReceiver();
  const timeout = new AbortController();
  const setTimeout = vi.spyOn(AbortSignal, 'timeout').mockReturnValueOnce(timeout.signal);
  onTestFinished(() => setTimeout.mockRestore());
  const server = await serve({ env: hookTo(receiver) });
  receiver.setAnswer(() => {
    receiver.setAnswer(accept);
    expect(setTimeout).toHaveBeenCalledExactlyOnceWith(5000);
    timeout.abort();
  });
  await changeParts(server, 3);
  await receiver.waitFor(4);

  expect(receivedBy(receiver)).toEqual([1, 1, 2, 3]);
});

test('a receiver that can not be reached delays events and loses none', async () => {
  const receiver = await startWebhookReceiver();
  receiver.close();
  const server = await serve({ env: hookTo(receiver) });
  await changeParts(server, 3);
  await server.waitForLog({ ...PAUSED, failures: 2 });
  expect(await (await server.request('/debug/stats')).json()).toMatchObject({
    events_processed: 0,
    events_pending: 3,
  });

  await receiver.reopen();
  await receiver.waitFor(3);
  expect(receivedBy(receiver)).toEqual([1, 2, 3]);
});

test('a receiver that has an event in hand when the server is killed gets it again', async () => {
  const directory = await createTemporaryDirectory();
  const receiver = await startWebhookReceiver();
  const first = await startServer({ directory, env: hookTo(receiver) });
  await changeParts(first, 5);
  await receiver.waitFor(5);
  receiver.setAnswer(() => first.kill('SIGKILL'));
  await changeParts(first, 1);
  await first.exit;
  receiver.setAnswer(accept);
  expect(receivedBy(receiver).at(5)).toBe(6);

  const second = await serve({ directory, env: hookTo(receiver) });
  await changeParts(second, 1);
  await expect.poll(() => receivedBy(receiver).at(-1)).toBe(7);
  const [before, after] = [receiver.received.slice(0, 6), receiver.received.slice(6)];
  const content = ({ id, payload }: ReceivedEvent) => ({ id, payload });
  expect(after.map(content)).toEqual(expect.arrayContaining(before.slice(5).map(content)));
});

test('a look-up of the receiver that hangs does not hold the stop beyond its limit', async () => {
  const directory = await createTemporaryDirectory();
  const pipe = join(directory, 'pipe');
  execFileSync('mkfifo', [pipe]);
  // A thread of the pool opens the pipe and waits for a writer, as a look-up waits for its answer.
  const preload = `import dns from 'node:dns';
    import { open } from 'node:fs';
    dns.lookup = () => {
      open(${JSON.stringify(pipe)}, () => {});
      console.log('{"msg":"look-up"}');
    };`;
  const server = await startServer({
    nodeArguments: ['--import', `data:text/javascript,${encodeURIComponent(preload)}`],
    env: {
      EVENTS: 'on',
      EVENTS_WEBHOOK_URL: 'http://receiver.invalid/',
      EVENTS_WEBHOOK_SECRET: SECRET,
      SHUTDOWN_TIMEOUT_MS: '100',
    },
  });
  await changeParts(server, 1);
  await server.waitForLog({ msg: 'look-up' });
  expect(await server.end('SIGTERM')).toEqual({ code: 1, signal: null });
});

test('a redirect is a failure and is not followed', async () => {
  const receiver = await startWebhookReceiver();
  const elsewhere = await startWebhookReceiver();
  const server = await serve({ env: hookTo(receiver) });
  const redirects = [301, 303, 307];
  receiver.setAnswer((response) => {
    response.writeHead(redirects.shift() ?? 200, { Location: elsewhere.url }).end();
  });
  await changeParts(server, 2);
  await receiver.waitFor(5);

  expect(receivedBy(receiver)).toEqual([1, 1, 1, 1, 2]);
  expect(elsewhere.received).toEqual([]);
});

test('neither the secret nor the token gets into the log, nor the token to the receiver', async () => {
  const token = 'correct-horse-battery';
  const headers = { Authorization: `Bearer ${token}` };
  const receiver = await startWebhookReceiver();
  receiver.setAnswer((response) => void response.destroy());
  const env = { ...hookTo(receiver), AUTH_TOKEN: token, LOG_LEVEL: 'trace' };
  const server = await serve({ env });
  await server.changeStatus(1, 'Draft', { headers });
  await server.waitForLog(PAUSED);
  receiver.close();
  await server.waitForLog({ ...PAUSED, failures: 2 });
  await receiver.reopen();
  receiver.setAnswer((response) => {
    receiver.setAnswer(accept);
    response.writeHead(401).end(SECRET);
  });
  await receiver.waitFor(3);
  await server.stop();

  const log = JSON.stringify(server.logLines());
  expect(log).not.toContain(SECRET.slice('whsec_'.length));
  expect(log).not.toContain(token);
  expect(JSON.stringify(receiver.received)).not.toContain(token);
});

const url = 'https://example.com/hook';
const secretOf = (bytes: number) => `whsec_${Buffer.alloc(bytes, 'x').toString('base64')}`;

function readError(env: NodeJS.ProcessEnv): string {
  try {
    return `accepted: ${readConfig(env, '/').EVENTS_WEBHOOK_URL}`;
  } catch (error) {
    return error instanceof ConfigError ? error.message : String(error);
  }
}

test.each([24, 25, 26, 64])('the webhook may have a secret of %d bytes', (bytes) => {
  const env = { EVENTS: 'on', EVENTS_WEBHOOK_URL: url, EVENTS_WEBHOOK_SECRET: secretOf(bytes) };
  expect(readConfig(env, '/')).toMatchObject(env);
});

test('a webhook with a URL has to have a secret', () => {
  expect(readError({ EVENTS_WEBHOOK_URL: url })).toMatch(/^ {2}EVENTS_WEBHOOK_SECRET must be set/m);
});

test.each([
  'hook',
  'example.com/hook',
  '//example.com/hook',
  'ftp://example.com/hook',
  'http://',
  'https://user@example.com/',
  'https://user:password@example.com/',
])('the webhook can not have the URL %s', (url) => {
  const message = readError({ EVENTS_WEBHOOK_URL: url, EVENTS_WEBHOOK_SECRET: SECRET });
  expect(message).toMatch(/^ {2}EVENTS_WEBHOOK_URL must be an http or https URL/m);
  expect(message).not.toContain('password@');
});

test('the webhook can have exactly the ports that fetch takes', async () => {
  const EVENTS_WEBHOOK_URL = 'http://example.com:6000/';
  expect(readError({ EVENTS_WEBHOOK_URL, EVENTS_WEBHOOK_SECRET: SECRET })).toMatch(
    /^ {2}EVENTS_WEBHOOK_URL must not have a port/m,
  );
  for (let port = 0; port <= 11_000; port += 1) {
    const isBlocked = hasBlockedPort(`http://example.com:${port}/`);
    if (isBlocked !== (await fetchRefusesPort(port))) throw new Error(`port ${port}`);
  }
});

test.each([
  ['without its prefix', SECRET.slice('whsec_'.length)],
  ['in another case', SECRET.toUpperCase()],
  ['of no bytes', 'whsec_'],
  ['of 23 bytes', secretOf(23)],
  ['of 65 bytes', secretOf(65)],
  ['without its padding', secretOf(25).replaceAll('=', '')],
  ['with too much padding', `${secretOf(24)}=`],
  ['that ends in the middle of a byte', `${secretOf(24)}A`],
  ['in the alphabet for URLs', secretOf(24).replace('e', '_')],
  ['with a line break', `${secretOf(24)}\n`],
])('the webhook can not have a secret %s', (_, secret) => {
  const message = readError({ EVENTS_WEBHOOK_URL: url, EVENTS_WEBHOOK_SECRET: secret });
  expect(message).toMatch(/^ {2}EVENTS_WEBHOOK_SECRET must be whsec_ and the base64/m);
  expect(message).not.toContain(secret.slice(6) || 'accepted');
});

test('a bad secret keeps the server from starting, in words that do not tell it', async () => {
  const secret = secretOf(25).replaceAll('=', '');
  const env = { EVENTS: 'on', EVENTS_WEBHOOK_URL: url, EVENTS_WEBHOOK_SECRET: secret };
  const message = await serve({ env }).then(() => 'it started', explain);
  expect(message.split('\n')).toEqual([
    'bad configuration',
    '  EVENTS_WEBHOOK_SECRET must be whsec_ and the base64 of 24 to 64 bytes',
  ]);
});

function* repeatForEver(text: string) {
  for (;;) yield text;
}

/** Asks `fetch` itself, which looks at the port before it connects: no connection is made. */
async function fetchRefusesPort(port: number): Promise<boolean> {
  const dispatcher = {
    dispatch() {
      throw new Error('would connect');
    },
  };
  const init: object = { dispatcher };
  const error: unknown = await fetch(`http://example.com:${port}/`, init).catch((cause) => cause);
  return error instanceof Error && String(error.cause) === 'Error: bad port';
}
