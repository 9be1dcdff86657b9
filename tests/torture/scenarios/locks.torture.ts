import { backUpDatabase } from '@parts/db';
import { readHistory, startServer, waitUntil } from '@parts/testkit';
import Database from 'better-sqlite3';
import { expect } from 'vitest';
import { type Fault, injectFault } from '../src/inject-fault.ts';
import { checkAgainstLedger, createLedger } from '../src/ledger.ts';
import { test } from '../src/torture-test.ts';
import { startTraffic } from '../src/traffic.ts';
import { tryStart } from '../src/try-start.ts';

const FAULTS: readonly Fault[] = [
  {
    name: 'refuses changes while another process holds the write lock, and answers reads at once',
    changes: 'refused at once',
    launch: { env: { LOCK_TIMEOUT_MS: '2000' } },
    async inject({ databasePath, traffic }) {
      const other = new Database(databasePath);
      other.exec('BEGIN IMMEDIATE');
      // Were the event loop blocked while changes wait, no read would come before the first refusal.
      const first = traffic.untilRefused(1).then(() => 'a refusal');
      expect(await Promise.race([first, traffic.untilRead(50).then(() => 'reads')])).toBe('reads');
      return () => void other.close();
    },
  },
  {
    name: 'serves while another process takes the lock again and again',
    changes: 'acknowledged',
    async inject({ databasePath }) {
      const other = new Database(databasePath);
      const timer = setInterval(() => {
        other.exec('BEGIN IMMEDIATE; ROLLBACK; PRAGMA wal_checkpoint(TRUNCATE)');
      }, 5);
      return () => {
        clearInterval(timer);
        other.close();
      };
    },
  },
  {
    name: 'serves while another process reads a snapshot',
    changes: 'acknowledged',
    async inject({ databasePath }) {
      const other = new Database(databasePath);
      other.exec('BEGIN; SELECT * FROM parts');
      return () => void other.close();
    },
  },
];

test.for(FAULTS)('$name', async (fault, { torture }) => {
  for (let round = 0; round < torture.choose(1, 10); round++) await injectFault(fault, torture);
});

test('a backup beside writers is a database of its own', async ({ torture }) => {
  const { random, tally, choose } = torture;
  const databasePath = torture.nextDatabasePath();
  const server = await startServer({ env: { DATABASE_PATH: databasePath } });
  const ledger = createLedger('backup');
  const traffic = startTraffic(server, { ledger, random, tally });
  for (let round = 0; round < choose(4, 80); round++) {
    await traffic.untilAcknowledged(50);
    const backup = torture.nextDatabasePath();
    // It blocks the clients: the ledger stays as it is.
    backUpDatabase(databasePath, backup);
    checkAgainstLedger(readHistory(backup), ledger);
  }
  await traffic.stop();
});

test('a start waits for the lock for a while and then says why it fails', async ({ torture }) => {
  const databasePath = torture.nextDatabasePath();
  const env = { DATABASE_PATH: databasePath };
  await (await startServer({ env })).end('SIGTERM');
  const other = new Database(databasePath);
  other.exec('BEGIN IMMEDIATE');
  const options = { env: { ...env, LOCK_TIMEOUT_MS: '300' } };
  expect(await tryStart(options, /locked/)).toBeUndefined();
  const waiting = startServer({ env: { ...env, LOCK_TIMEOUT_MS: '10000' } });
  const opens = () => readHistory(databasePath).parts.length > 0;
  await waitUntil('a database that can be read', opens);
  other.close();
  await (await waiting).end('SIGTERM');
});
