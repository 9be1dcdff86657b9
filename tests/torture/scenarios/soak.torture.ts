import { stat } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { readVitals, startServer, type Vitals } from '@parts/testkit';
import { expect } from 'vitest';
import { checkStored } from '../src/check-stored.ts';
import { createLedger } from '../src/ledger.ts';
import { test } from '../src/torture-test.ts';
import { startTraffic } from '../src/traffic.ts';

/** Bytes. The log is emptied into the database after 16 MB, when no reader stands in the way. */
const MAX_LOG_SIZE = 32 * 2 ** 20;

/** Bytes in use, and open files, more than after the first round. */
const MAX_GROWTH = { memory: 32 * 2 ** 20, descriptors: 20 };

test('memory, open files and the log stay bounded under mixed traffic', async ({ torture }) => {
  const { random, tally, directory, choose } = torture;
  const server = await startServer({
    directory,
    env: { EVENTS: 'on' },
    isProbed: true,
    forgetsRequests: true,
  });
  const path = server.databasePath;
  const vitals: Vitals[] = [];
  for (let round = 0; round < choose(2, 60); round++) {
    await server.request('/debug/reset', { method: 'POST' });
    const ledger = createLedger(`round-${round}`);
    const options = { writers: 3, readers: 2, feeds: 6, givesUp: 0.01 };
    const traffic = startTraffic(server, { ledger, random, tally, ...options });
    await delay(choose(2000, 20_000));
    await traffic.stop();
    expect((await stat(`${path}-wal`)).size).toBeLessThan(MAX_LOG_SIZE);
    await checkStored(server, path, ledger, tally);
    vitals.push(await readVitals(server));
    for (const what of ['memory', 'descriptors'] as const) {
      const [base = 0, last = base] = [vitals[0]?.[what], vitals.at(-1)?.[what]];
      tally.figures[what] = `${base} after the first round, ${last} after the last`;
      expect(last).toBeLessThan(base + MAX_GROWTH[what]);
    }
  }
});
