import {
  createDatabase,
  createServerClient,
  followFeed,
  openProxy,
  queryDatabase,
  startServer,
  waitUntil,
} from '@parts/testkit';
import { expect } from 'vitest';
import { chooseStatus } from '../src/changes.ts';
import { checkStored } from '../src/check-stored.ts';
import { createLedger } from '../src/ledger.ts';
import { summarize } from '../src/report.ts';
import { type Torture, test } from '../src/torture-test.ts';
import { startTraffic } from '../src/traffic.ts';

const start = (url: string) =>
  startServer({
    env: {
      DATABASE_URL: url,
      LOCK_TIMEOUT_MS: '20000',
      AUTH_TOKEN: 'token-of-torture',
      // A feed reads at each sign of life as well.
      FEED_HEARTBEAT_MS: '86400000',
    },
    forgetsRequests: true,
  });

/** Servers on one new database, with clients of each. */
async function startServers(urls: readonly string[], { random, tally }: Torture) {
  const servers = await Promise.all(urls.map(start));
  const ledger = createLedger('servers');
  const traffic = servers.map((server) => startTraffic(server, { ledger, random, tally }));
  return { servers, ledger, traffic };
}

test('connections to the database that are cut at random leave each change made once, and answered', async ({
  torture,
}) => {
  torture.requires('postgres');
  const { random, tally, choose } = torture;
  const cuts = { all: 0, commits: 0, answers: 0 };
  let share = 0;
  const url = await createDatabase();
  const port = await openProxy(
    () => [Number(new URL(url).port)],
    (chunk, from) => {
      if (!random.chance(share)) return chunk;
      cuts.all++;
      if (chunk.includes('COMMIT\0')) cuts[from === 'client' ? 'commits' : 'answers']++;
      return undefined;
    },
  );
  const behind = Object.assign(new URL(url), { port }).href;
  const { servers, ledger, traffic } = await startServers([behind, behind], torture);
  share = 0.02;
  while (Math.min(cuts.commits, cuts.answers) < choose(20, 200)) {
    for (const { untilAcknowledged } of traffic) await untilAcknowledged(20);
  }
  share = 0;
  for (const { stop } of traffic) await stop();
  const unknown = ledger.attempts.filter(({ outcome: { kind } }) => kind === 'unknown');
  expect(unknown, 'changes whose outcome is unknown').toEqual([]);
  for (const server of servers) await checkStored(server, url, ledger, tally);
  Object.assign(tally.figures, {
    'connections that were cut': cuts.all,
    'of them before a commit arrived': cuts.commits,
    'of them before its answer arrived': cuts.answers,
  });
});

test.for(['SIGTERM', 'SIGKILL'] as const)(
  'two servers behind one port that end by %s in turn let every client reach its change, once',
  async (signal, { torture }) => {
    torture.requires('postgres');
    const { random, tally, choose } = torture;
    const url = await createDatabase();
    const servers = [await start(url), await start(url)];
    let turn = 0;
    const port = await openProxy(() => {
      turn = 1 - turn;
      const ports = servers.map((server) => server.port);
      return turn === 0 ? ports : ports.reverse();
    });
    const ledger = createLedger('restart');
    const logLines = () => servers.flatMap((server) => server.logLines());
    const front = { ...createServerClient(port, 'token-of-torture', logLines), logLines };
    const traffic = startTraffic(front, {
      ...{ ledger, random, tally, choose: chooseStatus },
      ...{ writers: 8, feeds: 0, retries: true },
    });
    for (let restart = 0; restart < choose(4, 60); restart++) {
      await traffic.untilAcknowledged(random.integer(10, 60));
      await servers[restart % 2]?.end(signal);
      await traffic.untilAcknowledged(10);
      servers[restart % 2] = await start(url);
    }
    await traffic.stop();
    const keys = new Set(ledger.attempts.map(({ key }) => key));
    tally.figures['requests that were sent again'] = ledger.attempts.length - keys.size;
    await checkStored(front, url, ledger, tally);
  },
);

/** The transaction of a server that does nothing while it has the lock, or what comes behind it. */
const HOLDS = `SELECT FROM pg_locks JOIN pg_stat_activity USING (pid) WHERE application_name = 'frozen'
  AND state = 'idle in transaction' AND relation = 'audit_head'::regclass AND mode = 'RowShareLock'`;

test('a server that freezes while it has the lock holds the others up for a while, and makes nothing twice later', async ({
  torture,
}) => {
  torture.requires('postgres');
  const { tally, choose } = torture;
  const url = await createDatabase();
  const { servers, ledger, traffic } = await startServers(
    [`${url}?application_name=frozen`, url],
    torture,
  );
  const [frozen] = servers;
  const waits: number[] = [];
  for (let round = 0; round < choose(2, 30); round++) {
    await waitUntil('a server that is frozen while it has the lock', async () => {
      frozen?.kill('SIGSTOP');
      if ((await queryDatabase(url, HOLDS)).length > 0) return true;
      frozen?.kill('SIGCONT');
      return false;
    });
    const since = performance.now();
    await traffic[1]?.untilAcknowledged(20);
    waits.push(performance.now() - since);
    frozen?.kill('SIGCONT');
    for (const { untilAcknowledged } of traffic) await untilAcknowledged(20);
  }
  for (const { stop } of traffic) await stop();
  for (const server of servers) await checkStored(server, url, ledger, tally);
  tally.figures['ms in which the other server made 20 changes'] = summarize(waits);
});

/** The connections on which servers listen for commits. */
const EARS = `FROM pg_stat_activity
  WHERE datname = current_database() AND query = 'LISTEN parts_audit'`;

test.for([
  ['heard of them', 'SELECT'],
  ['has just lost the connection on which it hears of them', 'SELECT pg_terminate_backend(pid)'],
] as const)(
  'a feed has the changes of another server when its own %s',
  async ([, query], { torture }) => {
    torture.requires('postgres');
    const url = await createDatabase();
    const [writer, other] = [await start(url), await start(url)];
    const { events } = await followFeed(other);
    const delays: number[] = [];
    while (delays.length < torture.choose(20, 200)) {
      await waitUntil('a connection that listens', async () => {
        return (await queryDatabase(url, `${query} ${EARS}`)).length > 0;
      });
      expect((await writer.changeStatus(1, 'Approved')).status).toBe(200);
      const answeredAt = performance.now();
      const hasCome = () => events.length > delays.length;
      await waitUntil('the change in the feed', hasCome, () => events, 0);
      delays.push(performance.now() - answeredAt);
    }
    expect(events.map(({ data }) => data.id)).toEqual(delays.map((_, index) => index + 1));
    torture.tally.figures['ms from the answer to the event'] = summarize(delays);
  },
);
