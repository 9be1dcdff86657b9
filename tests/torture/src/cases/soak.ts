import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promise } from '../broken-promise.ts';
import { createChangeLedger } from '../change-ledger.ts';
import { compareWithLedger } from '../compare-with-ledger.ts';
import { checkChain, readHistory } from '../history.ts';
import { createHttpClient } from '../http-client.ts';
import { startReaders } from '../readers.ts';
import { type ServerProcess, startServer } from '../server-process.ts';
import { ignoreFeed, readFeed } from '../soak/feed-reader.ts';
import type { CaseContext, TortureCase } from '../torture-case.ts';
import { formatMegabytes, readVitals } from '../vitals.ts';
import { startWriters } from '../writers.ts';

/** Bytes. The log is emptied into the database after 16 MB, when no reader stands in the way. */
const MAX_LOG_SIZE = 32 * 2 ** 20;

/** Bytes in use more than after the first round. */
const MAX_GROWTH = 32 * 2 ** 20;

/** Mixed traffic for a long time: nothing may grow without a bound. */
export const soak: TortureCase = {
  name: 'soak',
  promise: 'memory, open files and the write-ahead log stay bounded; feeds leave nothing out',
  limit: { quick: 60, long: 2400 },

  async run(context) {
    const { tally, directory, choose } = context;
    const databasePath = join(directory, 'soak.db');
    const server = await startServer({ databasePath, environment: { EVENTS: 'on' }, probed: true });
    let base: Awaited<ReturnType<typeof readVitals>> | undefined;
    let largestLog = 0;

    for (let round = 0; round < choose(2, 60); round++) {
      await mixTraffic(server, databasePath, choose(2000, 20_000), context);
      largestLog = Math.max(largestLog, (await stat(`${databasePath}-wal`)).size);
      promise(largestLog < MAX_LOG_SIZE, 'a bounded log', () => formatMegabytes(largestLog));
      // The connections of the round are gone on our side; the server hears of it.
      await delay(500);
      const vitals = await readVitals(server);
      base ??= vitals;
      const growth = vitals.memory - base.memory;
      tally.figures['memory in use'] =
        `${formatMegabytes(base.memory)} after the first round, ${formatMegabytes(vitals.memory)} after the last`;
      tally.figures['memory of the process'] = formatMegabytes(vitals.rss);
      tally.figures['open files'] =
        `${base.descriptors} after the first round, ${vitals.descriptors} after the last`;
      tally.figures['largest log'] = formatMegabytes(largestLog);
      promise(growth < MAX_GROWTH, 'bounded memory', () => tally.figures['memory in use']);
      promise(
        vitals.descriptors < base.descriptors + 20,
        'bounded open files',
        () => tally.figures['open files'],
      );
      tally.rounds++;
    }
    await server.stop();
  },
};

/** Writers, readers and feeds between two resets. */
async function mixTraffic(
  server: ServerProcess,
  databasePath: string,
  duration: number,
  { random, tally, choose }: CaseContext,
): Promise<void> {
  const client = createHttpClient(server, tally);
  await client.send('/debug/reset', { method: 'POST' });
  const ledger = createChangeLedger('soak', tally);
  const broken = Promise.withResolvers<never>();
  const readers = startReaders(client, 2);
  const writers = startWriters({
    client,
    ledger,
    random,
    count: 3,
    limit: choose(2000, 10_000),
    withKeys: true,
  });
  const closeIgnored = Array.from({ length: 10 }, () => ignoreFeed(server, tally));

  let last = '';
  const follow = async () => {
    for (const end = performance.now() + duration; performance.now() < end; ) {
      const feed = readFeed(server, last, tally, broken.reject);
      await delay(random.integer(50, 1500));
      const left = feed.leave();
      if (random.chance(0.5)) last = left;
    }
  };
  await Promise.race([
    broken.promise,
    Promise.all([delay(duration), ...Array.from({ length: 6 }, follow)]),
  ]);
  await writers.stop();
  await readers.stop();
  for (const close of closeIgnored) close();
  client.close();

  const history = readHistory(databasePath);
  checkChain(history, tally);
  compareWithLedger(history, ledger, tally);
}
