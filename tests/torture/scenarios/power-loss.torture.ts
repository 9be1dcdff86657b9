import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { openStorage } from '@parts/db';
import { assert, readHistory, startServer } from '@parts/testkit';
import { checkAgainstLedger, createLedger, type OpenLedger } from '../src/ledger.ts';
import { createDisk, OUTCOMES } from '../src/power-loss/disk.ts';
import { readTrace, type TraceEvent, traceCommand } from '../src/power-loss/trace.ts';
import { type Torture, test } from '../src/torture-test.ts';
import { startTraffic } from '../src/traffic.ts';

/** Finds the ids of requests in answers that acknowledge them. */
const ANSWERED = /HTTP\/1\.1 20[01] \w+\r\n(?:[^\r]+\r\n)*?x-request-id: ([^\r]+)\r\n/gi;

/**
 * Every write and sync of a run is recorded. Then the power fails at each sync, just before it takes
 * effect, and at the end: there the most is acknowledged that rests on the least that is durable.
 * The disk as it would be then is built, opened by the product, and compared with what was acknowledged.
 */
test('a power loss takes nothing that was acknowledged', async ({ torture }) => {
  torture.requires('strace');
  const live = join(torture.directory, 'live');
  await mkdir(live);
  const ledger = createLedger('power');
  // The second run begins with what a crash left behind and ends with an orderly stop.
  const cuts =
    (await cutAtEverySync(live, 'SIGKILL', ledger, torture)) +
    (await cutAtEverySync(live, 'SIGTERM', ledger, torture));
  torture.tally.figures['power losses'] = cuts;
});

async function cutAtEverySync(
  live: string,
  end: 'SIGKILL' | 'SIGTERM',
  ledger: OpenLedger,
  torture: Torture,
): Promise<number> {
  const { random, choose } = torture;
  const answered = new Set(ledger.attempts.map(({ requestId }) => requestId));
  const disk = createDisk(live, await readFiles(live));
  const events = await record(live, end, ledger, torture);
  let cuts = 0;

  for (const [index, event] of events.entries()) {
    for (const [, requestId] of event.kind === 'answer'
      ? event.data.toString().matchAll(ANSWERED)
      : []) {
      answered.add(requestId ?? '');
    }
    const isCut = event.kind === 'sync' && random.chance(choose(0.2, 1));
    if (isCut || index === events.length - 1) {
      const attempts = ledger.attempts.map((attempt) =>
        answered.has(attempt.requestId)
          ? attempt
          : { ...attempt, outcome: { kind: 'unknown' as const } },
      );
      for (const outcome of Object.values(OUTCOMES)) {
        const history = await readDisk(disk.fail(outcome, random), torture);
        checkAgainstLedger(history, { attempts, sights: [] });
        cuts++;
      }
    }
    disk.apply(event);
  }
  const recorded = [...disk.fail(OUTCOMES.allKept, random)].filter(
    ([path]) => !path.endsWith('-shm'),
  );
  const left = await readFiles(live);
  assert(
    ledger.attempts.every(
      ({ requestId, outcome }) => outcome.kind !== 'acknowledged' || answered.has(requestId),
    ) &&
      recorded.length === left.size &&
      recorded.every(([path, content]) => left.get(path)?.equals(content)),
    'a recording that leads to the answers and files that are there',
    () => [answered.size, ledger.attempts.length, [...left.keys()]],
  );
  return cuts;
}

/** Serves some changes under the tracer. Every one of them is answered before the end. */
async function record(
  live: string,
  end: 'SIGKILL' | 'SIGTERM',
  ledger: OpenLedger,
  { random, tally, directory, choose }: Torture,
): Promise<TraceEvent[]> {
  const trace = join(directory, `${end}.trace`);
  const server = await startServer({
    env: { DATABASE_PATH: join(live, 'power.db') },
    under: traceCommand(trace),
  });
  for (const writers of choose([1, 12], [1, 4, 24])) {
    const options = { writers, readers: 0, feeds: 0, limit: choose(12, 60) };
    const traffic = startTraffic(server, { ledger, random, tally, ...options });
    await traffic.finished;
    await traffic.stop();
  }
  // The tracer writes the line of an answer before the server goes on to the next one, but
  // perhaps after the client has read it.
  await server.request('/healthz');
  await server.end(end);
  const events = await readTrace(trace);
  await rm(trace);
  return events;
}

/** Opens the files with the product and reads what is there. */
async function readDisk(files: ReadonlyMap<string, Buffer>, { random, directory }: Torture) {
  const image = join(directory, 'image');
  await mkdir(image);
  const databasePath = join(image, 'power.db');
  for (const [path, content] of files) await writeFile(join(image, basename(path)), content);
  // The index of the log is memory that happens to have a file: after a power loss it is noise.
  await writeFile(`${databasePath}-shm`, random.bytes(random.pick([0, 100, 32_768])));
  await (await openStorage(databasePath)).close();
  const history = readHistory(databasePath);
  await rm(image, { recursive: true });
  return history;
}

/** The database and its logs, by path. */
async function readFiles(directory: string): Promise<Map<string, Buffer>> {
  const names = (await readdir(directory)).filter((name) => !name.endsWith('-shm'));
  const paths = names.map((name) => join(directory, name));
  return new Map(
    await Promise.all(paths.map(async (path) => [path, await readFile(path)] as const)),
  );
}
