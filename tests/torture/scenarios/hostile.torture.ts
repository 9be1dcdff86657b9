import { setTimeout as delay } from 'node:timers/promises';
import {
  openConnection,
  type RawConnection,
  readHistory,
  readVitals,
  type ServerProcess,
  startServer,
  waitUntil,
} from '@parts/testkit';
import fc from 'fast-check';
import { expect } from 'vitest';
import { exchange } from '../src/hostile-connection.ts';
import { hostileRequests } from '../src/hostile-requests.ts';
import { createLedger } from '../src/ledger.ts';
import { createSmugglers, SMUGGLED } from '../src/smuggling.ts';
import { type Torture, test } from '../src/torture-test.ts';
import { startTraffic } from '../src/traffic.ts';

const TOKEN = 'token-of-torture';

const TIMEOUTS = {
  HEADERS_TIMEOUT_MS: '1500',
  REQUEST_TIMEOUT_MS: '3000',
  KEEP_ALIVE_TIMEOUT_MS: '20000',
  IDLE_TIMEOUT_MS: '20000',
};

/** How much more memory than before may be in use, in bytes: meanwhile, and afterwards. */
const MAX_GROWTH = { meanwhile: 64 * 2 ** 20, afterwards: 24 * 2 ** 20 };

/** What hostile clients do to a server. */
interface Attack {
  readonly name: string;
  run(server: ServerProcess, torture: Torture): Promise<void>;
}

const HEAD = `PATCH /v1/parts/1/status HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${TOKEN}\r\n`;

const ATTACKS: readonly Attack[] = [
  {
    name: 'mutated requests',
    async run({ port }, { tally, choose, random }) {
      const check = () =>
        fc.assert(
          fc.asyncProperty(
            fc.array(hostileRequests(TOKEN), { minLength: 1, maxLength: 6 }),
            fc.nat(200),
            fc.boolean(),
            async (requests, at, isCut) => {
              const bytes = Buffer.concat(requests);
              const pieces = at % 5 === 0 ? [bytes.subarray(0, at), bytes.subarray(at)] : [bytes];
              await exchange(port, pieces, isCut && at % 5 === 1, tally);
            },
          ),
          { numRuns: choose(500, 10_000), seed: random.integer(0, 1e9) },
        );
      await Promise.all(Array.from({ length: 8 }, check));
    },
  },
  {
    name: 'requests inside of others',
    async run({ port }, { tally }) {
      for (const bytes of createSmugglers(TOKEN)) await exchange(port, [bytes], false, tally);
    },
  },
  ...(
    [
      ['headers that never end', ''],
      ['a header that never ends', `${HEAD}X-Slow: `],
      ['a body that never ends', `${HEAD}Content-Length: 60000\r\n\r\n{"`],
      ['a chunk that never ends', `${HEAD}Transfer-Encoding: chunked\r\n\r\nfff0\r\n`],
    ] as const
  ).map(([name, opening]) => ({
    name,
    run: (server: ServerProcess, { choose }: Torture) => dribble(server, opening, choose(50, 1000)),
  })),
  {
    name: 'connections that are used once and kept',
    async run({ port }, { choose }) {
      const connections = await openMany(port, choose(1000, 10_000));
      for (const { send } of connections) send('GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n');
      for (const { responses } of connections) await responses(1);
      for (const { destroy } of connections) destroy();
    },
  },
  ...[
    [
      'lists that are not read',
      `GET /v1/parts HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${TOKEN}\r\n\r\n`,
    ],
    [
      'a large file, without a token, that is not read',
      'GET /docs/swagger-ui-bundle.js HTTP/1.1\r\nHost: localhost\r\n\r\n',
    ],
  ].map(([name = '', request = '']) => ({
    name,
    async run(server: ServerProcess, { choose, tally }: Torture) {
      const before = await readVitals(server);
      const connections = await openMany(server.port, choose(20, 100));
      for (const connection of connections) {
        connection.stopReading();
        connection.send(request.repeat(choose(500, 5000)));
      }
      await delay(choose(1000, 10_000));
      const growth = (await readVitals(server)).memory - before.memory;
      tally.figures[`memory with ${name}`] = growth;
      for (const { destroy } of connections) destroy();
      expect(growth).toBeLessThan(choose(1, 3) * MAX_GROWTH.meanwhile);
    },
  })),
];

test.for(ATTACKS)(
  '$name stop no other client and leave nothing behind',
  async (attack, { torture }) => {
    const { random, tally, directory } = torture;
    const env = { ...TIMEOUTS, AUTH_TOKEN: TOKEN };
    const options = { directory, env, isProbed: true, forgetsRequests: true };
    const server = await startServer(options);
    const ledger = createLedger('polite');
    const polite = startTraffic(server, { ledger, random, tally, writers: 1, readers: 2 });
    await polite.untilAcknowledged(20);
    const base = await readVitals(server);
    await attack.run(server, torture);
    await polite.untilAcknowledged(20);
    await waitUntil(
      'memory and descriptors that go back to where they were',
      async () => {
        const now = await readVitals(server);
        const isBack = now.memory < base.memory + MAX_GROWTH.afterwards;
        return isBack && now.descriptors <= base.descriptors + 5;
      },
      () => base,
    );
    await polite.stop();
    const refused = ledger.attempts.filter(
      ({ outcome }) =>
        outcome.kind === 'unknown' || (outcome.kind === 'refused' && outcome.status === 503),
    );
    expect(refused).toEqual([]);
    const { audit } = readHistory(server.databasePath);
    expect(audit.filter(({ request_id }) => request_id?.startsWith(SMUGGLED))).toEqual([]);
    expect(server.pid()).not.toBe(0);
  },
);

/** Opens many connections, some at a time: the queue of new connections is short. */
async function openMany(port: number, count: number): Promise<RawConnection[]> {
  const connections: RawConnection[] = [];
  while (connections.length < count) {
    const batch = Array.from({ length: Math.min(200, count - connections.length) });
    connections.push(...(await Promise.all(batch.map(() => openConnection(port, () => {})))));
  }
  return connections;
}

/** Clients that send one byte now and then and never come to an end. Each has to be cut off. */
async function dribble({ port }: ServerProcess, opening: string, count: number): Promise<void> {
  const connections = await openMany(port, count);
  let left = count;
  for (const { send, closed } of connections) {
    send(opening);
    void closed.then(() => left--);
  }
  await waitUntil(
    'no slow client that is left',
    () => {
      for (const { send } of connections) send('a');
      return left === 0;
    },
    () => `${left} of ${count} are left`,
    100,
  );
}
