import { rm, statfs, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promise } from '../broken-promise.ts';
import { type ChangeLedger, createChangeLedger } from '../change-ledger.ts';
import { compareWithLedger } from '../compare-with-ledger.ts';
import { checkChain, readHistory } from '../history.ts';
import { createHttpClient } from '../http-client.ts';
import { startReaders } from '../readers.ts';
import { launchServer, type ServerProcess, startServer } from '../server-process.ts';
import { mountSmallDisk, unmountAll } from '../small-disk.ts';
import type { CaseContext, TortureCase } from '../torture-case.ts';
import { waitUntil } from '../wait-until.ts';
import { startWriters } from '../writers.ts';

/** Bytes: twice what the write-ahead log may take by itself. */
const DISK_SIZE = 32 * 2 ** 20;

/** A disk without space, while the server runs, when it is killed, and when it starts. */
export const diskFull: TortureCase = {
  name: 'disk-full',
  promise:
    'a full disk refuses changes and loses none; they go on by themselves when there is space',
  limit: { quick: 60, long: 300 },

  async run(context) {
    const { tally, directory, random, choose } = context;
    const disk = await mountSmallDisk(join(directory, 'disk'), DISK_SIZE);
    const ballast = join(disk.directory, 'ballast');
    const databasePath = join(disk.directory, 'full.db');
    const ledger = createChangeLedger('full', tally);
    let starts = 0;

    let server = await startServer({ databasePath });
    for (let round = 0; round < choose(2, 12); round++) {
      await fillAndFree(server, ballast, ledger, context);
      if (random.chance(0.5)) {
        await fill(ballast, random.integer(0, 16) * 4096);
        await server.kill();
        starts += await startOnFullDisk(databasePath, context);
        await rm(ballast);
        server = await startServer({ databasePath });
      }
      const history = readHistory(databasePath);
      checkChain(history, tally);
      compareWithLedger(history, ledger, tally);
      tally.rounds++;
    }
    await server.stop();
    tally.figures['starts on a full disk that served'] = starts;
    unmountAll();
  },
};

/** Takes the space away while clients write, waits until that is felt, and gives it back. */
async function fillAndFree(
  server: ServerProcess,
  ballast: string,
  ledger: ChangeLedger,
  { random, tally }: CaseContext,
): Promise<void> {
  const client = createHttpClient(server, tally);
  const writers = startWriters({ client, ledger, random, count: 4, limit: 1e6 });
  const readers = startReaders(client, 1);
  await delay(random.integer(50, 300));
  const refused = tally.refused;
  await fill(ballast, random.integer(0, 50) * 4096);
  await waitUntil(
    () => tally.refused > refused,
    'a full disk refuses changes',
    () => 'none refused',
  );
  await delay(100);
  const explained = server.remarks.some((line) => line.includes('disk is full'));
  promise(explained, 'the log says that the disk is full', () => server.remarks.at(-1));

  const acknowledged = tally.acknowledged;
  await rm(ballast);
  await waitUntil(
    () => tally.acknowledged > acknowledged + 10,
    'changes go on without a restart when there is space',
    () => server.remarks.at(-1),
  );
  await writers.stop();
  await readers.stop();
  client.close();
}

/** It may start and serve, or refuse with the reason. @returns 1 when it served */
async function startOnFullDisk(databasePath: string, { tally }: CaseContext): Promise<number> {
  const launched = launchServer({ databasePath });
  const port = await launched.listening;
  if (port === undefined) {
    const { code, signal, stderr } = await launched.exited;
    promise(
      code === 1 && /can't open the database: .*(full|disk)/.test(stderr),
      'a start on a full disk is refused with the reason',
      () => `${code ?? signal}: ${stderr}`,
    );
    return 0;
  }
  const client = createHttpClient({ ...launched, port }, tally);
  const { status } = await client.send('/v1/parts');
  promise(status === 200, 'what has started on a full disk serves reads', () => status);
  client.close();
  await launched.kill();
  return 1;
}

/** @param left bytes that stay free */
async function fill(ballast: string, left: number): Promise<void> {
  await writeFile(ballast, '');
  const { bavail, bsize } = await statfs(ballast);
  // The server may be faster; then the disk is full all the same.
  await writeFile(ballast, Buffer.alloc(Math.max(0, bavail * bsize - left))).catch(() => {});
}
