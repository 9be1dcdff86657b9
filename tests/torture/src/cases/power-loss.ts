import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { openStorage } from '@parts/db';
import { type ChangeLedger, createChangeLedger } from '../change-ledger.ts';
import { compareWithLedger } from '../compare-with-ledger.ts';
import { checkChain, readHistory } from '../history.ts';
import { createHttpClient } from '../http-client.ts';
import { createDisk, type Fate } from '../power-loss/disk.ts';
import { readTrace, type TraceEvent, traceCommand } from '../power-loss/trace.ts';
import { startServer } from '../server-process.ts';
import { requireStrace } from '../strace.ts';
import type { CaseContext, TortureCase } from '../torture-case.ts';
import { startWriters } from '../writers.ts';

const FATES: readonly Fate[] = [
  'all lost',
  'all kept',
  'some first ones kept',
  'random sectors kept',
];

/** Finds the ids of requests in answers that acknowledge them. */
const ANSWERED = /HTTP\/1\.1 200 OK\r\n(?:[^\r]+\r\n)*?x-request-id: ([^\r]+)\r\n/gi;

/**
 * Every write and sync of a run is recorded. Then the power fails at each sync, just before it
 * takes effect, and at the end: most is acknowledged there that rests on the least that is durable. The disk as
 * it would be then is built, opened by the product, and compared with what was acknowledged.
 */
export const powerLoss: TortureCase = {
  name: 'power-loss',
  promise: 'losing all that was not synced loses nothing that was acknowledged',
  limit: { quick: 60, long: 600 },

  async run(context) {
    requireStrace();
    const live = join(context.directory, 'live');
    await mkdir(live);
    const ledger = createChangeLedger('power', context.tally);
    // The second run begins with what a crash left behind and ends with an orderly stop.
    await cutAtEverySync(live, 'kill', ledger, context);
    await cutAtEverySync(live, 'stop', ledger, context);
  },
};

async function cutAtEverySync(
  live: string,
  end: 'kill' | 'stop',
  ledger: ChangeLedger,
  context: CaseContext,
): Promise<void> {
  const { random, tally, choose } = context;
  const answered = new Set(ledger.attempts.map(({ requestId }) => requestId));
  const disk = createDisk(live, await readFiles(live));
  const events = await record(live, end, ledger, context);

  // With the last event the power fails anyway.
  for (const [index, event] of events.entries()) {
    for (const [, requestId] of event.kind === 'answer' ? event.text.matchAll(ANSWERED) : []) {
      answered.add(requestId ?? '');
    }
    const isCut = event.kind === 'sync' && random.chance(choose(0.2, 1));
    if (isCut || index === events.length - 1) {
      const promised = {
        attempts: ledger.attempts.map((attempt) =>
          answered.has(attempt.requestId)
            ? attempt
            : { ...attempt, outcome: { kind: 'unknown' as const } },
        ),
      };
      for (const fate of FATES) {
        await checkDisk(disk.fail(fate, random), promised, context);
        tally.rounds++;
      }
    }
    disk.apply(event);
  }
  const recorded = [...disk.fail('all kept', random)].filter(([path]) => !path.endsWith('-shm'));
  const left = await readFiles(live);
  const complete =
    answered.size === ledger.attempts.length &&
    recorded.length === left.size &&
    recorded.every(([path, content]) => left.get(path)?.equals(content));
  if (!complete)
    throw new Error('the recording does not lead to the answers and files that are there');
}

/** Serves some changes under the tracer. Every one of them is answered before the end. */
async function record(
  live: string,
  end: 'kill' | 'stop',
  ledger: ChangeLedger,
  { random, tally, directory, choose }: CaseContext,
): Promise<TraceEvent[]> {
  const trace = join(directory, `${end}.trace`);
  const server = await startServer({
    databasePath: join(live, 'power.db'),
    under: traceCommand(trace),
  });
  const client = createHttpClient(server, tally);
  for (const count of choose([1, 12], [1, 4, 24])) {
    await startWriters({ client, ledger, random, count, limit: choose(12, 60) }).finished;
  }
  client.close();
  await (end === 'stop' ? server.stop() : server.kill());
  const events = await readTrace(trace);
  await rm(trace);
  return events;
}

/** Opens the files with the product and compares what is there with what was promised. */
async function checkDisk(
  files: ReadonlyMap<string, Buffer>,
  promised: Pick<ChangeLedger, 'attempts'>,
  { random, tally, directory }: CaseContext,
): Promise<void> {
  const image = join(directory, 'image');
  await mkdir(image);
  const databasePath = join(image, 'power.db');
  for (const [path, content] of files) await writeFile(join(image, basename(path)), content);
  // The index of the log is memory that happens to have a file: after a power loss it is noise.
  await writeFile(`${databasePath}-shm`, random.bytes(random.pick([0, 100, 32_768])));

  await (await openStorage(databasePath)).close();
  const history = readHistory(databasePath);
  checkChain(history, tally);
  compareWithLedger(history, promised, tally);
  await rm(image, { recursive: true });
}

/** The database and its logs, by path. */
async function readFiles(directory: string): Promise<Map<string, Buffer>> {
  const names = (await readdir(directory)).filter((name) => !name.endsWith('-shm'));
  const paths = names.map((name) => join(directory, name));
  return new Map(
    await Promise.all(paths.map(async (path) => [path, await readFile(path)] as const)),
  );
}
