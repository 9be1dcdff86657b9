import { mkdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { readHistory, startServer } from '@parts/testkit';
import { expect } from 'vitest';
import { type Fault, injectFault } from '../src/inject-fault.ts';
import { createLedger } from '../src/ledger.ts';
import { test } from '../src/torture-test.ts';

/** What happens to the files of a running server. */
interface Mishap {
  readonly name: string;
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
    async strike(path) {
      const other = `${path}.other`;
      await (await startServer({ env: { DATABASE_PATH: other } })).end('SIGTERM');
      await rename(other, path);
    },
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
  // A new database, or the other one: nothing of the old log is in it.
  ...(isLoss && { check: async (_, path) => expect(readHistory(path).audit).toEqual([]) }),
});

test.for(MISHAPS.map(toFault))('changes are refused when $name', async (fault, { torture }) => {
  for (let round = 0; round < torture.choose(1, 8); round++) {
    const databasePath = join(torture.directory, `${round}`, 'moved.db');
    await mkdir(dirname(databasePath));
    await injectFault(fault, torture, createLedger(`round-${round}`), databasePath);
  }
});
