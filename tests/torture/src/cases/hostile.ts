import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promise } from '../broken-promise.ts';
import { createChangeLedger } from '../change-ledger.ts';
import { checkChain, readHistory } from '../history.ts';
import { createMutatedRequest } from '../hostile/mutate-request.ts';
import { exchange } from '../hostile/raw-exchange.ts';
import { createSmugglers, SMUGGLED } from '../hostile/smuggling.ts';
import { dribble, openDeaf, openIdle } from '../hostile/stubborn-clients.ts';
import { createHttpClient } from '../http-client.ts';
import { startReaders } from '../readers.ts';
import { type ServerProcess, startServer } from '../server-process.ts';
import type { CaseContext, TortureCase } from '../torture-case.ts';
import { formatMegabytes, readVitals } from '../vitals.ts';
import { startWriters } from '../writers.ts';

const TIMEOUTS = { headers: 1500, request: 3000, idle: 20_000 };

/** How late a timeout may be noticed, in milliseconds. */
const SLACK = 6000;

/** How much more memory than before may be in use, in bytes. */
const MEMORY_SLACK = 24 * 2 ** 20;

/** Bytes that are no request, or nearly one, from clients that don't behave. */
export const hostile: TortureCase = {
  name: 'hostile',
  promise: 'no input gets a 5xx, ends the process, keeps its memory or stops other clients',
  limit: { quick: 90, long: 900 },

  async run(context) {
    const { random, tally, directory, choose } = context;
    const databasePath = join(directory, 'hostile.db');
    const server = await startServer({
      databasePath,
      environment: {
        HEADERS_TIMEOUT_MS: String(TIMEOUTS.headers),
        REQUEST_TIMEOUT_MS: String(TIMEOUTS.request),
        KEEP_ALIVE_TIMEOUT_MS: String(TIMEOUTS.idle),
        IDLE_TIMEOUT_MS: String(TIMEOUTS.idle),
      },
      probed: true,
    });
    await sendMutations(server, choose(500, 3000), context);
    const base = await readVitals(server);

    const client = createHttpClient(server, tally);
    const ledger = createChangeLedger('polite', tally);
    const readers = startReaders(client, 2);
    const writers = startWriters({ client, ledger, random, count: 1, limit: 1e6 });

    for (const smuggler of createSmugglers(server.token)) {
      tally.requests++;
      await exchange(server.port, { pieces: [smuggler] }, tally);
    }
    const mutated = choose(5000, 200_000);
    await sendMutations(server, mutated, context);
    tally.figures['mutated requests'] = mutated;
    await bearStubbornClients(server, context);

    await writers.stop();
    const latencies = await readers.stop();
    client.close();
    const refused = ledger.attempts.filter(({ outcome }) => outcome.kind !== 'acknowledged');
    promise(refused.length === 0, 'every change of a polite client succeeds', () => refused[0]);
    tally.figures['polite clients meanwhile'] =
      `${ledger.attempts.length} changes; reads ${latencies.format()}`;
    await waitForBase(server, base, tally.figures);

    const history = readHistory(databasePath);
    checkChain(history, tally);
    const smuggled = history.audit.find(({ request_id }) => request_id?.startsWith(SMUGGLED));
    promise(smuggled === undefined, 'no request inside of another is served', () => smuggled);
    await server.stop();
  },
};

async function sendMutations(
  server: ServerProcess,
  count: number,
  { random, tally }: CaseContext,
): Promise<void> {
  let left = count;
  await Promise.all(
    Array.from({ length: 32 }, async () => {
      while (left > 0) {
        const batch = Math.min(left, random.chance(0.3) ? random.integer(2, 8) : 1);
        left -= batch;
        const requests = Array.from({ length: batch }, () =>
          createMutatedRequest(server.token, random),
        );
        const isSplit = random.chance(0.1);
        const pieces = isSplit
          ? splitRandomly(Buffer.concat(requests), random.integer(1, 200))
          : [Buffer.concat(requests)];
        await exchange(server.port, { pieces, hangUp: random.chance(0.05) }, tally);
        tally.requests += batch;
        tally.rounds++;
      }
    }),
  );
}

function splitRandomly(bytes: Buffer, at: number): Buffer[] {
  return [bytes.subarray(0, at), bytes.subarray(at)];
}

async function bearStubbornClients(
  server: ServerProcess,
  { tally, choose }: CaseContext,
): Promise<void> {
  const { port, token } = server;
  const patch = `PATCH /v1/parts/1/status HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${token}\r\n`;
  const count = choose(100, 1000);
  await Promise.all([
    dribble(port, '', count, TIMEOUTS.headers + SLACK),
    dribble(port, `${patch}X-Slow: `, count, TIMEOUTS.headers + SLACK),
    dribble(port, `${patch}Content-Length: 60000\r\n\r\n{"`, count, TIMEOUTS.request + SLACK),
    dribble(
      port,
      `${patch}Transfer-Encoding: chunked\r\n\r\nfff0\r\n`,
      count,
      TIMEOUTS.request + SLACK,
    ),
  ]);
  tally.figures['slow clients cut off'] = 4 * count;

  const closeIdle = await openIdle(port, choose(1500, 10_000));
  const crowded = await readVitals(server);
  tally.figures['connections held open'] =
    `${crowded.descriptors} descriptors, ${formatMegabytes(crowded.memory)} in use`;
  closeIdle();

  const before = await readVitals(server);
  const closeDeaf = await openDeaf(port, token, choose(20, 100), 5000);
  await delay(choose(1500, 10_000));
  const deaf = await readVitals(server);
  closeDeaf();
  tally.figures['clients that do not read'] = formatMegabytes(deaf.memory - before.memory);
  promise(
    deaf.memory - before.memory < choose(64, 160) * 2 ** 20,
    'answers that nobody reads take bounded memory',
    () => formatMegabytes(deaf.memory - before.memory),
  );
}

/** The process gives back what it took, soon after its clients are gone. */
async function waitForBase(
  server: ServerProcess,
  base: Awaited<ReturnType<typeof readVitals>>,
  figures: Record<string, string | number>,
): Promise<void> {
  for (let left = 30; ; left--) {
    const now = await readVitals(server);
    const memory = now.memory - base.memory;
    const isBack = memory < MEMORY_SLACK && now.descriptors <= base.descriptors + 5;
    if (isBack || left === 0) {
      figures['left behind'] =
        `${formatMegabytes(memory)}, ${now.descriptors - base.descriptors} descriptors`;
      promise(isBack, 'memory and descriptors go back to their base', () => figures['left behind']);
      return;
    }
    await delay(1000);
  }
}
