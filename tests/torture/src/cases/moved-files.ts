import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promise } from '../broken-promise.ts';
import { createChangeLedger } from '../change-ledger.ts';
import { compareWithLedger } from '../compare-with-ledger.ts';
import { checkChain, type History, readHistory } from '../history.ts';
import { createHttpClient } from '../http-client.ts';
import { startReaders } from '../readers.ts';
import { startServer } from '../server-process.ts';
import type { CaseContext, TortureCase } from '../torture-case.ts';
import { waitUntil } from '../wait-until.ts';
import { startWriters } from '../writers.ts';

interface Mishap {
  readonly what: string;
  /** Does it to the files of a running server. */
  strike(databasePath: string): Promise<void>;
  /** Puts the files back, where that is possible. */
  repair?(databasePath: string): Promise<void>;
  /** The database itself is spared, and with it everything that was acknowledged. */
  readonly isSpared?: boolean;
}

const MISHAPS: readonly Mishap[] = [
  { what: 'the database is deleted', strike: (path) => rm(path) },
  { what: 'the log is deleted', strike: (path) => rm(`${path}-wal`), isSpared: true },
  { what: 'all files are deleted', strike: (path) => rm(dirname(path), { recursive: true }) },
  { what: 'the database is replaced', strike: (path) => rename(`${path}.other`, path) },
  {
    what: 'the database is moved away and back',
    strike: (path) => rename(path, `${path}.away`),
    repair: (path) => rename(`${path}.away`, path),
    isSpared: true,
  },
  {
    what: 'the directory is moved away and back',
    strike: (path) => rename(dirname(path), `${dirname(path)}.away`),
    repair: (path) => rename(`${dirname(path)}.away`, dirname(path)),
    isSpared: true,
  },
];

/** Somebody takes the files away from under a running server. */
export const movedFiles: TortureCase = {
  name: 'moved-files',
  promise:
    'with the database deleted, moved or replaced, no change is acknowledged that is not there later',
  limit: { quick: 90, long: 300 },

  async run(context) {
    const { random, tally, choose } = context;
    const first = random.integer(0, MISHAPS.length - 1);
    for (let round = 0; round < choose(2, 30); round++) {
      const mishap = MISHAPS[(first + round) % MISHAPS.length];
      if (mishap) await suffer(mishap, `round-${round}`, context);
      tally.rounds++;
    }
  },
};

async function suffer(mishap: Mishap, name: string, context: CaseContext): Promise<void> {
  const { random, tally, directory } = context;
  const databasePath = join(directory, name, 'moved.db');
  await mkdir(dirname(databasePath));
  const other = await createOther(`${databasePath}.other`, context);

  const server = await startServer({ databasePath });
  const client = createHttpClient(server, tally);
  const ledger = createChangeLedger(name, tally);
  const writers = startWriters({ client, ledger, random, count: 4, limit: 1e6 });
  const readers = startReaders(client, 1);
  await delay(random.integer(100, 400));
  await mishap.strike(databasePath);
  const struckAt = performance.now();
  await waitUntil(
    () => server.remarks.some((line) => line.includes('moved, replaced or deleted')),
    `${mishap.what}: the log says so`,
    () => server.remarks.at(-1) ?? 'nothing',
  );
  await delay(100);

  const repairingAt = mishap.repair ? performance.now() : Number.POSITIVE_INFINITY;
  await mishap.repair?.(databasePath);
  const repairedAt = performance.now();
  const answered = () => ledger.attempts.filter(({ outcome }) => outcome.kind === 'acknowledged');
  if (mishap.repair) {
    await waitUntil(
      () => answered().some(({ sentAt }) => sentAt > repairedAt),
      `${mishap.what}: changes go on without a restart`,
      () => server.remarks.at(-1),
    );
  }
  await writers.stop();
  await readers.stop();
  client.close();
  const during = answered().filter(
    ({ sentAt, answeredAt }) => sentAt > struckAt && answeredAt < repairingAt,
  );
  promise(during.length === 0, `${mishap.what}: no change is acknowledged`, () => during[0]);
  await (random.chance(0.5) ? server.stop() : server.kill());

  await mkdir(dirname(databasePath), { recursive: true });
  const again = await startServer({ databasePath });
  const history = readHistory(databasePath);
  checkChain(history, tally);
  if (mishap.isSpared) compareWithLedger(history, ledger, tally);
  if (mishap.what === 'the database is replaced') {
    const same = JSON.stringify(history) === JSON.stringify(other);
    promise(
      same,
      `${mishap.what}: the new one is as it was`,
      () => `${history.audit.length} entries`,
    );
  }
  await again.stop();
}

/** Another database of the product, such as a backup. */
async function createOther(path: string, { random, tally }: CaseContext): Promise<History> {
  const server = await startServer({ databasePath: path });
  const client = createHttpClient(server, tally);
  const ledger = createChangeLedger('other', tally);
  await startWriters({ client, ledger, random, count: 1, limit: 20 }).finished;
  client.close();
  await server.stop();
  promise((await readdir(dirname(path))).length === 1, 'one file after a stop', () => 'more');
  return readHistory(path);
}
