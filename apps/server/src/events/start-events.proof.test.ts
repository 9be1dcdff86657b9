import { createTemporaryDirectory, startServer, waitUntil } from '@parts/testkit';
import { expect, test } from 'vitest';
import { changeParts } from '../testing/change-parts.ts';
import { countTo, handledIn, readStats, waitForStats } from '../testing/observe.ts';

test('kill -9 in the midst of it loses no event and changes no order', async () => {
  const directory = await createTemporaryDirectory();
  const start = () => startServer({ directory, env: { EVENTS: 'on' } });
  const handled: number[] = [];

  for (let round = 1; round <= 4; round++) {
    const server = await start();
    const writing = changeParts(server, 150).catch(() => 'killed');
    await waitUntil('40 more events are handled', async () => {
      const { events_processed } = await readStats(server);
      return events_processed > (handled.at(-1) ?? 0) + 40;
    });
    server.kill('SIGKILL');
    await Promise.all([writing, server.exit]);

    const ids = handledIn(server.logLines());
    const [first = 0] = ids;
    expect(ids, 'one after the other').toEqual(ids.map((_, index) => first + index));
    expect(first, 'none is left out').toBeLessThanOrEqual((handled.at(-1) ?? 0) + 1);
    handled.push(...ids);
  }

  const last = await start();
  await waitForStats(last, { events_pending: 0 });
  const { audit_count } = await readStats(last);
  await last.end('SIGTERM');
  handled.push(...handledIn(last.logLines()));
  expect(new Set(handled)).toEqual(new Set(countTo(audit_count)));
});
