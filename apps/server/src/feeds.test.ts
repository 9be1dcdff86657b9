import { createTemporaryDirectory, followFeed } from '@parts/testkit';
import { expect, test } from 'vitest';
import { changeParts } from './testing/change-parts.ts';
import { countTo, idsOf, waitForEvents } from './testing/observe.ts';
import { serve } from './testing/serve.ts';

/** What is limited to longer than any test takes is not what ends the server. */
const NO_LIMITS = { SHUTDOWN_TIMEOUT_MS: '600000', IDLE_TIMEOUT_MS: '600000' };

test('a stop ends an open feed, after what is committed, and does not wait for its client', async () => {
  const server = await serve({ env: NO_LIMITS });
  const feed = await followFeed(server);
  await changeParts(server, 50);

  await server.stop();
  expect(await feed.ended).toBe(true);
  expect(idsOf(feed.events)).toEqual(countTo(50));
});

test('a feed brings the changes that were made through another server on the same database', async () => {
  const directory = await createTemporaryDirectory();
  // A sign of life would bring them too, and much later.
  const env = { FEED_HEARTBEAT_MS: '600000' };
  const reading = await serve({ directory, env });
  const writing = await serve({ directory, env });
  const feed = await followFeed(reading);

  await changeParts(writing, 30);
  await waitForEvents(feed, 30);
  await changeParts(reading, 30);
  await changeParts(writing, 30);
  await waitForEvents(feed, 90);

  expect(idsOf(feed.events)).toEqual(countTo(90));
  await writing.request('/debug/reset', { method: 'POST' });
  await waitForEvents(feed, 91);
  expect(feed.events.at(-1)).toMatchObject({ event: 'reset' });
});
