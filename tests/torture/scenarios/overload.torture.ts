import { readVitals, type ServerProcess, startServer, type Vitals } from '@parts/testkit';
import Database from 'better-sqlite3';
import { expect } from 'vitest';
import { chooseStatus } from '../src/changes.ts';
import { checkStored } from '../src/check-stored.ts';
import { createLedger } from '../src/ledger.ts';
import { traceFaultInto } from '../src/strace.ts';
import { test } from '../src/torture-test.ts';
import { startTraffic } from '../src/traffic.ts';

/** How long a change may wait for its commit, in milliseconds. */
const WAIT = '2000';

/** Bytes in use more than before: for up to 12,000 requests under way, and afterwards. */
const MAX_GROWTH = { meanwhile: 400 * 2 ** 20, afterwards: 32 * 2 ** 20 };

interface Load {
  readonly name: string;
  readonly connections: number;
  /** Requests that each connection sends ahead of their answers. */
  readonly pipelining: number;
  /** The share of clients that read. */
  readonly reads: number;
  /** More changes wait than may. */
  readonly isRefused?: boolean;
  /** Keeps changes from being committed. @returns what ends that */
  block?(server: ServerProcess): Promise<() => Promise<void> | void>;
}

const LOADS: readonly Load[] = [
  { name: 'more requests than it can carry', connections: 100, pipelining: 20, reads: 0.5 },
  {
    name: 'changes that wait for another process',
    isRefused: true,
    connections: 120,
    pipelining: 100,
    reads: 0,
    async block({ databasePath }) {
      const other = new Database(databasePath);
      other.exec('BEGIN IMMEDIATE');
      return () => void other.close();
    },
  },
  {
    name: 'changes that wait for a slow disk',
    connections: 20,
    pipelining: 100,
    reads: 0,
    block: (server) =>
      traceFaultInto(server, server.databasePath, 'fsync,fdatasync', 'delay_enter=400000'),
  },
];

test.for(LOADS)(
  '$name get an answer or an honest 503, in bounded memory',
  async (load, { torture }) => {
    if (load.name.includes('disk')) torture.requires('strace');
    const { random, tally, directory, choose } = torture;
    const server = await startServer({
      directory,
      env: { LOCK_TIMEOUT_MS: WAIT },
      isProbed: true,
      forgetsRequests: true,
    });
    const ledger = createLedger('load');
    const { connections, pipelining } = load;
    const clients = connections * pipelining;
    const start = (readers: number, writers: number) =>
      startTraffic(server, {
        ...{ ledger, random, tally, writers, readers, feeds: 0 },
        // An import has a commit of its own, of which a slow disk makes two or three a second.
        choose: chooseStatus,
        connection: { connections, pipelining },
      });
    const warmUp = start(4, 4);
    await warmUp.untilAcknowledged(100);
    await warmUp.stop();
    const base = await readVitals(server);

    const unblock = await load.block?.(server);
    const traffic = start(clients * load.reads, clients * (1 - load.reads));
    if (load.isRefused) await traffic.untilRefused(choose(100, 5000));
    else await traffic.untilAcknowledged(choose(300, 20_000));
    const meanwhile = await readVitals(server);
    await unblock?.();
    await traffic.untilAcknowledged(100);
    await traffic.stop();
    tally.figures[`memory with ${load.name}`] = meanwhile.memory - base.memory;
    expect(growth(base, meanwhile)).toBeLessThan(MAX_GROWTH.meanwhile);

    const calm = start(1, 1);
    await calm.untilAcknowledged(20);
    await calm.stop();
    expect(growth(base, await readVitals(server))).toBeLessThan(MAX_GROWTH.afterwards);
    await checkStored(server, server.databasePath, ledger, tally);
  },
);

function growth(base: Vitals, now: Vitals): number {
  return now.memory - base.memory;
}
