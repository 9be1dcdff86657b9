import { mkdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { readHistory, startServer } from '@parts/testkit';
import { expect } from 'vitest';
import { type Fault, injectFault } from '../src/inject-fault.ts';
import { createLedger } from '../src/ledger.ts';
import { test } from '../src/torture-test.ts';
import { startTraffic } from '../src/traffic.ts';

interface Mishap {
  readonly name: string;
  /** What happens to the files of a running server. */
  strike(path: string): Promise<void>;
  /** Puts them back, where that is possible. */
  repair?(path: string): Promise<void>;
  /** Whether what was acknowledged is gone with the file. */
  readonly isLoss?: boolean;
}

const MISHAPS: readonly Mishap[] = [
  { name: 'the database is deleted', strike: (path) => rm(path), isLoss: true },
  { name: 'the log is deleted', strike: (path) => rm(`${path}-wal`) },
  { name: 'the index of the log is deleted', strike: (path) => rm(`${path}-shm`) },
  {
    name: 'all files are deleted',
    strike: (path) => rm(dirname(path), { recursive: true }),
    isLoss: true,
  },
  {
    name: 'the database is replaced',
    strike: (path) => rename(`${path}.other`, path),
    isLoss: true,
  },
  {
    name: 'the database is moved away and back',
    strike: (path) => rename(path, `${path}.away`),
    repair: (path) => rename(`${path}.away`, path),
  },
  {
    name: 'the directory is moved away and back',
    strike: (path) => rename(dirname(path), `${dirname(path)}.away`),
    repair: (path) => rename(`${dirname(path)}.away`, dirname(path)),
  },
];

const toFault = ({ name, strike, repair, isLoss }: Mishap): Fault => ({
  name,
  changes: 'refused at once',
  log: /moved, replaced/,
  traffic: { feeds: repair ? 1 : 0 },
  async inject({ databasePath }) {
    await strike(databasePath);
    return repair && (() => repair(databasePath));
  },
  async prepareRestart(databasePath) {
    await mkdir(dirname(databasePath), { recursive: true });
  },
  // A new database, or the other one, whole.
  ...(isLoss && { check: async (_, databasePath) => void readHistory(databasePath) }),
});

test.for(MISHAPS.map(toFault))('changes are refused when $name', async (fault, { torture }) => {
  const { random, tally, directory, choose } = torture;
  for (let round = 0; round < choose(1, 8); round++) {
    const databasePath = join(directory, `${round}`, 'moved.db');
    await mkdir(dirname(databasePath));
    const other = `${databasePath}.other`;
    const server = await startServer({ env: { DATABASE_PATH: other } });
    const ledger = createLedger('other');
    const traffic = startTraffic(server, { ledger, random, tally, writers: 1, limit: 20 });
    await traffic.finished;
    await traffic.stop();
    await server.end('SIGTERM');
    const before = readHistory(other);
    await injectFault(fault, torture, createLedger(`round-${round}`), databasePath);
    if (fault.name.includes('replaced')) expect(readHistory(databasePath)).toEqual(before);
  }
});

interface Succession {
  readonly name: string;
  /** What happens to the files of a server that serves and has nothing to do. */
  strike(path: string): Promise<void>;
}

const SUCCESSIONS: readonly Succession[] = [
  { name: 'the database is replaced', strike: (path) => rename(`${path}.other`, path) },
  { name: 'the index of the log is deleted', strike: (path) => rm(`${path}-shm`) },
];

test.for(SUCCESSIONS)(
  'a second server keeps its changes when $name and the first one stops late',
  async ({ strike }, { torture }) => {
    const { random, tally, choose } = torture;
    for (let round = 0; round < choose(1, 8); round++) {
      const path = torture.nextDatabasePath();
      const env = { DATABASE_PATH: path };
      await (await startServer({ env: { DATABASE_PATH: `${path}.other` } })).end('SIGTERM');
      const first = await startServer({ env });
      await first.changeStatus(1, 'Approved');
      await strike(path);
      const second = await startServer({ env });
      const before = readHistory(path).audit.length;
      const ledger = createLedger('second');
      const traffic = startTraffic(second, { ledger, random, tally, feeds: 0 });
      await traffic.untilAcknowledged(20);
      await first.end(random.pick(['SIGTERM', 'SIGKILL']));
      await traffic.untilAcknowledged(20);
      await traffic.stop();
      await second.end('SIGKILL');
      const { audit } = readHistory(path);
      const stored = new Set(audit.slice(before).map(({ request_id }) => request_id));
      const acknowledged = ledger.attempts.filter(({ outcome }) => outcome.kind === 'acknowledged');
      expect(acknowledged.filter(({ requestId }) => !stored.has(requestId))).toEqual([]);
    }
  },
);
