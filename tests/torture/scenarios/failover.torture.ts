import {
  type PostgresPair,
  queryDatabase,
  readPostgresHistory,
  type ServerProcess,
  startPair,
  startServer,
} from '@parts/testkit';
import { expect } from 'vitest';
import { checkStored } from '../src/check-stored.ts';
import { checkAgainstLedger, createLedger, type OpenLedger } from '../src/ledger.ts';
import { summarize } from '../src/report.ts';
import { type Torture, test } from '../src/torture-test.ts';
import { startTraffic } from '../src/traffic.ts';

interface Failover {
  readonly name: string;
  /** Whether a commit waits until the standby has it. Default: true. */
  readonly isSynchronous?: boolean;
  /** How the primary ends. Default: all its processes are killed. */
  readonly end?: 'kill' | 'stop';
  /** Clients that read: none where they see what no standby has. */
  readonly readers: number;
  /** What comes before the end of the primary. */
  prepare(pair: PostgresPair, untilAcknowledged: (count: number) => Promise<void>): Promise<void>;
}

/** The statements of servers that wait for the standby or for each other. */
const WAITING = `FROM (SELECT *, pid || ' ' || query_start AS statement FROM pg_stat_activity) AS activity
  WHERE application_name = 'parts-server' AND (wait_event = 'SyncRep' OR wait_event_type = 'Lock')`;

const FAILOVERS: readonly Failover[] = [
  {
    name: 'it is killed',
    readers: 2,
    async prepare() {},
  },
  {
    name: 'it is stopped in order',
    end: 'stop',
    readers: 2,
    async prepare() {},
  },
  {
    name: 'its standby lacks a cancelled commit',
    readers: 0,
    async prepare({ primary: { url }, cutReplication }) {
      await cutReplication();
      const cancel = `SELECT statement, pg_cancel_backend(pid) ${WAITING} AND wait_event = 'SyncRep'`;
      let cancelled: unknown;
      const isCancelled = async () => {
        cancelled = (await queryDatabase(url, cancel))[0]?.['statement'];
        return cancelled !== undefined;
      };
      await expect.poll(isCancelled).toBe(true);
      // Both servers wait again: the one whose commit was cancelled had the time to answer too early.
      const waiting = async () =>
        (await queryDatabase(url, `SELECT statement ${WAITING}`)).filter(
          ({ statement }) => statement !== cancelled,
        );
      await expect.poll(waiting).toHaveLength(2);
    },
  },
];

/**
 * Lets clients of two servers work while the primary ends and its standby takes over.
 *
 * @returns the milliseconds from its end to the first change after it
 */
async function failOver(
  { isSynchronous = true, end = 'kill', readers, prepare }: Omit<Failover, 'name'>,
  { random, tally }: Torture,
  check: (server: ServerProcess, url: string, ledger: OpenLedger) => Promise<void>,
): Promise<number> {
  const pair = await startPair(isSynchronous);
  const env = { DATABASE_URL: pair.url, LOCK_TIMEOUT_MS: '20000', AUTH_TOKEN: 'token-of-torture' };
  const start = () => startServer({ env, forgetsRequests: true });
  const servers = [await start(), await start()] as const;
  const ledger = createLedger('failover');
  const feeds = readers;
  const traffic = servers.map((server) =>
    startTraffic(server, { ledger, random, tally, readers, feeds, writers: random.integer(2, 12) }),
  );
  const untilAcknowledged = async (count: number) => {
    for (const clients of traffic) await clients.untilAcknowledged(count);
  };

  await untilAcknowledged(random.integer(20, 60));
  await prepare(pair, untilAcknowledged);
  await pair.primary[end]();
  const endedAt = performance.now();
  await pair.standby.promote();
  await untilAcknowledged(50);
  for (const { stop } of traffic) await stop();
  const first = ledger.attempts.find(
    ({ sentAt, outcome }) => sentAt > endedAt && outcome.kind === 'acknowledged',
  );
  await check(servers[0], pair.standby.url, ledger);
  for (const server of servers) await server.end('SIGKILL');
  await pair.close();
  return (first?.answeredAt ?? 0) - endedAt;
}

test.for(FAILOVERS)(
  'a primary that ends takes no acknowledged change along: $name',
  async (failover, { torture }) => {
    torture.requires('postgres');
    const { tally, choose } = torture;
    const pauses: number[] = [];
    let retries = 0;
    while (pauses.length < choose(1, 20)) {
      const pause = await failOver(failover, torture, async (server, url, ledger) => {
        const before = ledger.attempts.length;
        await checkStored(server, url, ledger, tally);
        retries += ledger.attempts.length - before;
      });
      pauses.push(pause);
    }
    Object.assign(tally.figures, {
      rounds: pauses.length,
      'requests that were sent again, with their keys': retries,
      'ms from the end to the first change': summarize(pauses),
    });
  },
);

const ASYNCHRONOUS: Omit<Failover, 'name'> = {
  isSynchronous: false,
  readers: 0,
  async prepare({ cutReplication }, untilAcknowledged) {
    await cutReplication();
    await untilAcknowledged(50);
  },
};

test('what an asynchronous standby lacks when it takes over is found to be lost', async ({
  torture,
}) => {
  torture.requires('postgres');
  await failOver(ASYNCHRONOUS, torture, async (_, url, ledger) => {
    const history = await readPostgresHistory(url);
    const lost = 'every acknowledged change as acknowledged';
    expect(() => checkAgainstLedger(history, ledger)).toThrow(lost);
    const stored = new Set(history.audit.map(({ request_id }) => request_id));
    torture.tally.figures['changes that were lost'] = ledger.attempts.filter(
      ({ requestId, outcome }) => outcome.kind === 'acknowledged' && !stored.has(requestId),
    ).length;
  });
});
