import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import Database from 'better-sqlite3';
import { NotPossibleHere, promise } from '../broken-promise.ts';
import { checkChain, readHistory } from '../history.ts';
import { createHttpClient } from '../http-client.ts';
import { createLatencies } from '../latencies.ts';
import { type Load, type LoadOptions, startLoad } from '../overload/raw-load.ts';
import { type ServerProcess, startServer } from '../server-process.ts';
import { injectFaultInto, requireStrace } from '../strace.ts';
import type { CaseContext, TortureCase } from '../torture-case.ts';
import { formatMegabytes, readVitals, type Vitals } from '../vitals.ts';

/** How long a change may wait for its commit, in milliseconds. */
const WAIT = 2000;

const BOUNDS = {
  /** Milliseconds that an answer may take beyond the wait and twice the time that the work itself needs. */
  latency: 2000,
  /** Answers per second under overload, as a share of those without. */
  goodput: 0.2,
  /** Bytes in use more than without load, for up to 14,000 requests under way. */
  memory: 400 * 2 ** 20,
  memoryAfterwards: 32 * 2 ** 20,
};

/** More requests than the server can carry, and changes faster than the disk. */
export const overload: TortureCase = {
  name: 'overload',
  promise:
    'too much load gets answers in bounded time or an honest 503, in bounded memory, and leaves nothing behind',
  limit: { quick: 60, long: 300 },

  async run(context) {
    const { directory, choose } = context;
    const databasePath = join(directory, 'overload.db');
    const environment = { LOCK_TIMEOUT_MS: String(WAIT) };
    const server = await startServer({ databasePath, environment, probed: true });
    await press(server, 'warm-up', choose(0.5, 2), { connections: 8 }, context);
    const base = await readVitals(server);
    const loads: Load[] = [];

    const calm = await press(server, 'calm', choose(1.5, 10), { connections: 16 }, context);
    const crowd = { connections: choose(60, 200), ahead: 20 };
    const flood = await press(server, 'flood', choose(3, 90), crowd, context);
    checkBounds(flood, calm, base);
    const isUseful = flood.rate > calm.rate * BOUNDS.goodput;
    promise(isUseful, 'useful work goes on', () => [calm.rate, flood.rate]);
    loads.push(calm.load, flood.load);

    const blocked = await pressAgainstLock(server, databasePath, context);
    checkBounds(blocked, calm, base);
    promise(
      blocked.load.refused.size > 0,
      'the queue of changes is bounded',
      () => 'none was refused',
    );
    loads.push(blocked.load);

    // Takes long, since a slow disk accepts new connections slowly, too.
    const slow = choose(false, true) && (await pressOnSlowDisk(server, databasePath, context));
    if (slow) {
      checkBounds(slow, calm, base);
      loads.push(slow.load);
    }
    await checkAftermath(server, base, context);
    checkStored(databasePath, loads, context);
    await server.stop();
  },
};

interface Pressed {
  readonly load: Load;
  /** Requests under way at the same time. */
  readonly crowd: number;
  /** Answers per second. */
  readonly rate: number;
  /** At the end, under load. */
  readonly vitals: Vitals;
}

async function press(
  server: ServerProcess,
  name: string,
  seconds: number,
  options: LoadOptions,
  { tally }: CaseContext,
  release = () => {},
): Promise<Pressed> {
  const startedAt = performance.now();
  const load = startLoad(server, name, tally, options);
  await delay(seconds * 1000);
  const vitals = await readVitals(server);
  release();
  await load.stop();
  const rate = load.latencies.count() / ((performance.now() - startedAt) / 1000);
  tally.rounds++;
  tally.figures[name] = [
    `${rate.toFixed(0)} answers/s`,
    `${load.latencies.format()}`,
    `first answers ${load.firstAnswers.format()}`,
    `${load.refused.size} refused`,
    `${formatMegabytes(vitals.memory)} in use`,
  ].join('; ');
  return { load, crowd: options.connections * (options.ahead ?? 1), rate, vitals };
}

/** More changes than may wait, while another process holds the write lock. */
async function pressAgainstLock(
  server: ServerProcess,
  databasePath: string,
  context: CaseContext,
): Promise<Pressed> {
  const other = new Database(databasePath);
  other.exec('BEGIN IMMEDIATE');
  const options = { connections: 120, ahead: 100, onlyChanges: true };
  return press(server, 'lock', context.choose(2.5, 15), options, context, () => other.close());
}

/** Each sync takes long; undefined where that can't be arranged. */
async function pressOnSlowDisk(
  server: ServerProcess,
  databasePath: string,
  context: CaseContext,
): Promise<Pressed | undefined> {
  try {
    requireStrace();
    const slow = 'delay_enter=400000';
    const repair = await injectFaultInto(server, databasePath, 'fsync,fdatasync', slow);
    const options = { connections: 20, ahead: 100, onlyChanges: true };
    const pressed = await press(server, 'slow-disk', 30, options, context);
    await repair();
    return pressed;
  } catch (error) {
    if (!(error instanceof NotPossibleHere)) throw error;
    context.tally.figures['slow-disk'] = `not tried: ${error.message}`;
    return undefined;
  }
}

function checkBounds({ load, crowd, vitals }: Pressed, calm: Pressed, base: Vitals): void {
  const bound = WAIT + 2 * (crowd / calm.rate) * 1000 + BOUNDS.latency;
  promise(
    load.latencies.quantile(1) < bound,
    `an answer to each of ${crowd} requests within ${bound.toFixed(0)} ms`,
    load.latencies.format,
  );
  const memory = vitals.memory - base.memory;
  promise(memory < BOUNDS.memory, `less than ${formatMegabytes(BOUNDS.memory)} for the load`, () =>
    formatMegabytes(memory),
  );
}

/** When the load is gone, single requests are as quick as ever and the memory is given back. */
async function checkAftermath(
  server: ServerProcess,
  base: Vitals,
  { tally }: CaseContext,
): Promise<void> {
  const client = createHttpClient(server, tally);
  const latencies = createLatencies();
  for (let count = 0; count < 50; count++) {
    const startedAt = performance.now();
    const change = {
      method: 'PATCH',
      body: '{"status":"Draft"}',
      headers: { 'X-Request-Id': `after-change-${count}` },
    };
    const { status, text } = await client.send('/v1/parts/1/status', change);
    promise(status === 200, 'no refusal after the load', () => text);
    latencies.add(performance.now() - startedAt);
  }
  client.close();
  tally.figures['right after the load'] = latencies.format();
  promise(latencies.quantile(1) < 1000, 'answers within 1 s after the load', latencies.format);
  const memory = (await readVitals(server)).memory - base.memory;
  promise(memory < BOUNDS.memoryAfterwards, 'memory is given back', () => formatMegabytes(memory));
}

/** Every acknowledged change is there, and no refused one. */
function checkStored(databasePath: string, loads: readonly Load[], { tally }: CaseContext): void {
  const history = readHistory(databasePath);
  checkChain(history, tally);
  const stored = new Set(history.audit.map(({ request_id }) => request_id));
  for (const { acknowledged, refused } of loads) {
    for (const id of acknowledged) {
      if (!stored.has(id)) tally.lost++;
      promise(stored.has(id), 'every acknowledged change is there', () => id);
    }
    for (const id of refused) promise(!stored.has(id), 'nothing of a refused change', () => id);
  }
}
