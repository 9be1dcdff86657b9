import { once } from 'node:events';
import { get } from 'node:http';
import {
  createTemporaryDirectory,
  type FeedEvent,
  followFeed,
  type ServerProcess,
  startServer,
} from '@parts/testkit';
import { expect, onTestFinished, test } from 'vitest';
import { changeParts } from './testing/change-parts.ts';
import { readFileContent } from './testing/database-file.ts';
import { countTo, idsOf, waitForEvents } from './testing/observe.ts';

const LONG_REASON = '鍵'.repeat(500);

/** Opens a feed and reads nothing of it but the headers. */
async function openUnreadFeed({ port }: ServerProcess, after: number): Promise<void> {
  const request = get({
    port,
    host: '127.0.0.1',
    path: `/v1/audit?after=${after}`,
    headers: { Authorization: 'Bearer dev-token', Accept: 'Text/Event-Stream' },
  });
  onTestFinished(() => void request.destroy());
  const [response] = await once(request, 'response');
  expect(response.statusCode).toBe(200);
  request.on('error', () => {});
}

async function readMemory(server: ServerProcess): Promise<number> {
  const metrics = JSON.parse(await (await server.request('/debug/metrics')).text());
  return metrics.memory.rss;
}

test('a client that comes back with Last-Event-ID misses nothing and gets nothing twice, kill -9 between', async () => {
  const directory = await createTemporaryDirectory();
  const seen: FeedEvent[] = [];

  for (let round = 0; round < 4; round++) {
    const server = await startServer({ directory });
    const feed = await followFeed(server, seen.at(-1)?.id);
    const writing = changeParts(server, 100_000).catch((error: unknown) => error);
    await waitForEvents(feed, 200);
    server.kill('SIGKILL');
    expect(await writing).toBeInstanceOf(Error);
    expect(await feed.ended).toBe(false);
    seen.push(...feed.events);
  }

  const server = await startServer({ directory });
  const { audit } = readFileContent(server.databasePath);
  const feed = await followFeed(server, seen.at(-1)?.id);
  await waitForEvents(feed, audit.length - seen.length);
  expect(idsOf([...seen, ...feed.events])).toEqual(countTo(audit.length));
});

test('feeds that nobody reads cost little memory, and hold up neither others nor a stop', async () => {
  const server = await startServer({
    // What is limited to longer than any test takes is not what ends the server.
    env: { SHUTDOWN_TIMEOUT_MS: '600000', IDLE_TIMEOUT_MS: '600000' },
  });
  const before = await readMemory(server);
  for (let i = 0; i < 20; i++) await openUnreadFeed(server, 0);
  await changeParts(server, 10_000, LONG_REASON);
  // Each from another place, so that they can't share what they don't read.
  for (let after = 0; after < 40; after++) await openUnreadFeed(server, after);

  await waitForEvents(await followFeed(server), 10_000);

  // A load like this one makes it grow by 175 MB. The entries, 1.7 KB each, are 680 MB for 40 feeds.
  expect((await readMemory(server)) - before).toBeLessThan(400_000_000);
  expect(await server.end('SIGTERM')).toEqual({ code: 0, signal: null });
}, 120_000);
