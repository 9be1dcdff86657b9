import { rm, statfs, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import { mountSmallDisk } from '../src/environment.ts';
import { type Fault, injectFault } from '../src/inject-fault.ts';
import { createLedger } from '../src/ledger.ts';
import { test } from '../src/torture-test.ts';
import { tryStart } from '../src/try-start.ts';

/** Bytes: twice what the write-ahead log may take by itself. */
const DISK_SIZE = 32 * 2 ** 20;

const ballastOf = (databasePath: string) => join(databasePath, '..', 'ballast');

const FAULTS: readonly Fault[] = [
  {
    name: 'changes go on by themselves when there is space again',
    changes: 'refused',
    log: /disk is full/,
    async inject({ databasePath, random }) {
      await fill(ballastOf(databasePath), random.integer(0, 50) * 4096);
      return () => rm(ballastOf(databasePath));
    },
  },
  {
    name: 'a start serves reads or says why it fails, and nothing is lost',
    changes: 'refused',
    traffic: { feeds: 0 },
    end: 'SIGKILL',
    async inject({ databasePath, random }) {
      await fill(ballastOf(databasePath), random.integer(0, 16) * 4096);
      return undefined;
    },
    async prepareRestart(databasePath) {
      const server = await tryStart({ env: { DATABASE_PATH: databasePath } }, /full|disk/);
      if (server) expect((await server.request('/v1/parts')).status).toBe(200);
      await server?.end('SIGKILL');
      await rm(ballastOf(databasePath));
    },
  },
];

test.for(FAULTS)('on a full disk $name', async (fault, { torture }) => {
  torture.requires('root');
  for (let round = 0; round < torture.choose(1, 12); round++) {
    const disk = await mountSmallDisk(join(torture.directory, `disk-${round}`), DISK_SIZE);
    await injectFault(fault, torture, createLedger('full'), join(disk.directory, 'full.db'));
    disk.unmount();
  }
});

/** @param left bytes that stay free */
async function fill(ballast: string, left: number): Promise<void> {
  await writeFile(ballast, '');
  const { bavail, bsize } = await statfs(ballast);
  // The server may be faster; then the disk is full all the same.
  await writeFile(ballast, Buffer.alloc(Math.max(0, bavail * bsize - left))).catch(() => {});
}
