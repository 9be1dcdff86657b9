import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import Database from 'better-sqlite3';
import { promise } from '../broken-promise.ts';
import { createChangeLedger } from '../change-ledger.ts';
import { checkBackups } from '../check-backup.ts';
import { compareWithLedger } from '../compare-with-ledger.ts';
import { checkChain, readHistory } from '../history.ts';
import { createHttpClient, type HttpClient } from '../http-client.ts';
import { startReaders } from '../readers.ts';
import { launchServer, type ServerProcess, startServer } from '../server-process.ts';
import type { TortureCase } from '../torture-case.ts';
import { readVitals } from '../vitals.ts';
import { startWriters } from '../writers.ts';

/**
 * Bounds in milliseconds. A server that waits for a lock with its event loop blocked is far
 * over them; a busy machine is not.
 */
const BOUNDS = { readP99: 250, readMax: 1500, loopP99: 50, loopMax: 500 };

const LOCK_TIMEOUT = 1500;

/** Another process holds the write lock for long, and takes backups, while clients read and write. */
export const locks: TortureCase = {
  name: 'locks',
  promise:
    'a write lock of another process stops no reader and loses nothing; backups are consistent',
  limit: { quick: 60, long: 180 },

  async run({ random, tally, directory, choose }) {
    const databasePath = join(directory, 'locks.db');
    const environment = { LOCK_TIMEOUT_MS: String(LOCK_TIMEOUT) };
    const server = await startServer({ databasePath, environment, probed: true });
    const client = createHttpClient(server, tally);
    const ledger = createChangeLedger('locks', tally);
    const other = new Database(databasePath);
    let backups = 0;

    for (let round = 0; round < choose(1, 3); round++) {
      const writers = startWriters({ client, ledger, random, count: 6, limit: 50_000 });
      const free = await observe(server, client, choose(1000, 5000));
      tally.figures['without a lock'] = free.text;
      backups += await checkBackups(databasePath, ledger, tally);

      other.exec('BEGIN IMMEDIATE');
      const before = readHistory(databasePath).audit.length;
      const locked = await observe(server, client, choose(2500, 10_000));
      tally.figures['with a lock'] = locked.text;
      promise(
        locked.latencies.quantile(0.99) < BOUNDS.readP99 &&
          locked.latencies.quantile(1) < BOUNDS.readMax &&
          locked.loopDelay.p99 < BOUNDS.loopP99 &&
          locked.loopDelay.max < BOUNDS.loopMax,
        `reads and event loop within ${JSON.stringify(BOUNDS)}`,
        () => locked.text,
      );
      backups += await checkBackups(databasePath, ledger, tally);
      const grown = readHistory(databasePath).audit.length - before;
      promise(grown === 0, 'no change while another process holds the lock', () => `${grown}`);
      promise(tally.refused > 0, 'a write that waited too long is refused', () => 'none was');
      other.exec('ROLLBACK');

      const acknowledged = tally.acknowledged;
      await delay(1000);
      promise(
        tally.acknowledged > acknowledged,
        'writes go on when the lock is gone',
        () => 'none did',
      );
      await writers.stop();
      tally.rounds++;
    }
    const history = readHistory(databasePath);
    checkChain(history, tally);
    compareWithLedger(history, ledger, tally);
    await server.stop();
    if (choose(false, true)) await startUnderLock(other, databasePath);
    other.close();
    tally.figures['consistent backups'] = backups;
  },
};

/** Reads for a while. @returns how long reads took and how late the event loop came */
async function observe(server: ServerProcess, client: HttpClient, duration: number) {
  await readVitals(server);
  const readers = startReaders(client, 4);
  await delay(duration);
  const latencies = await readers.stop();
  const { loopDelay } = await readVitals(server);
  return {
    latencies,
    loopDelay,
    text: `reads ${latencies.format()}; event loop late by p99 ${loopDelay.p99.toFixed(1)}, max ${loopDelay.max.toFixed(1)} ms`,
  };
}

/** Started while the lock is held, the server waits for it for a while, or says why it can't start. */
async function startUnderLock(other: Database.Database, databasePath: string): Promise<void> {
  other.exec('BEGIN IMMEDIATE');
  const { code, signal, stderr } = await launchServer({ databasePath }).exited;
  other.exec('ROLLBACK');
  promise(
    code === 1 && stderr.includes('locked'),
    'the start is refused with the reason',
    () => `${code ?? signal}: ${stderr}`,
  );
  other.exec('BEGIN IMMEDIATE');
  const starting = startServer({ databasePath });
  await delay(1500);
  other.exec('ROLLBACK');
  await (await starting).stop();
}
