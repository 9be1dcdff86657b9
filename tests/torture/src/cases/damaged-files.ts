import { copyFile, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { promise } from '../broken-promise.ts';
import { createChangeLedger } from '../change-ledger.ts';
import { checkChain, type History, readHistory } from '../history.ts';
import { createHttpClient } from '../http-client.ts';
import type { Random } from '../random.ts';
import { READ_PATHS } from '../readers.ts';
import { checkRefusal, expectRefusedStart } from '../refused-start.ts';
import { launchServer, startServer } from '../server-process.ts';
import type { CaseContext, TortureCase } from '../torture-case.ts';
import { startWriters } from '../writers.ts';

const PAGE_SIZE = 4096;

/** Files that are not as the server left them. */
export const damagedFiles: TortureCase = {
  name: 'damaged-files',
  promise: 'a damaged database is refused or answered with 503, a damaged log loses its end only',
  limit: { quick: 60, long: 400 },

  async run(context) {
    const { random, tally, directory, choose } = context;
    const source = join(directory, 'source.db');
    await writeChanges(source, choose(400, 2000), 'stop', context);
    await refuseForeign(source);
    let refused = 0;

    for (let round = 0; round < choose(4, 80); round++) {
      const damaged = join(directory, 'damaged.db');
      const what = await damageDatabase(source, damaged, random);
      if (!(await serveDamaged(what, damaged, context))) refused++;
      await rm(damaged);
      await rm(`${damaged}-wal`, { force: true });
      await rm(`${damaged}-shm`, { force: true });
      tally.rounds++;
    }
    tally.figures['damaged databases'] = `${refused} of ${tally.rounds} refused at the start`;

    for (let round = 0; round < choose(2, 40); round++) {
      await recoverFromDamagedLog(join(directory, `log-${round}`), context);
      tally.rounds++;
    }
  },
};

/** Builds a database by changes; orderly stopped unless it is killed. */
async function writeChanges(
  databasePath: string,
  count: number,
  end: 'stop' | 'kill',
  { random, tally }: CaseContext,
): Promise<History> {
  const server = await startServer({ databasePath });
  const client = createHttpClient(server, tally);
  const ledger = createChangeLedger('damaged', tally);
  const writers = 8;
  await startWriters({ client, ledger, random, count: writers, limit: count / writers }).finished;
  client.close();
  const history = readHistory(databasePath);
  await server[end]();
  return history;
}

/** Files that belong to somebody else are refused and left alone. */
async function refuseForeign(source: string): Promise<void> {
  const path = `${source}.foreign`;
  const ways: readonly [string, RegExp, () => Promise<void>][] = [
    ['database of a newer version', /newer/, () => alter(path, 'PRAGMA user_version = 1000')],
    [
      'database of another program',
      /another program/,
      () => alter(path, 'PRAGMA application_id = 7'),
    ],
    ['text file', /not a SQLite database/, () => writeFile(path, 'Once upon a time\n'.repeat(999))],
  ];
  for (const [what, reason, prepare] of ways) {
    await copyFile(source, path);
    await prepare();
    const before = await readFile(path);
    await expectRefusedStart(what, { databasePath: path }, reason);
    const isSame = before.equals(await readFile(path));
    promise(isSame, `${what}: left as it was`, () => 'changed');
  }
}

async function alter(path: string, sql: string): Promise<void> {
  const sqlite = new Database(path);
  sqlite.exec(sql);
  sqlite.close();
}

async function damageDatabase(source: string, damaged: string, random: Random): Promise<string> {
  const content = await readFile(source);
  const start = random.integer(0, content.length / PAGE_SIZE - 1) * PAGE_SIZE;
  const page = content.subarray(start, start + PAGE_SIZE);
  const way = random.pick(['garbage', 'zeros', 'damaged header', 'another page', 'cut off']);
  if (way === 'garbage') random.bytes(PAGE_SIZE).copy(page);
  if (way === 'zeros') page.fill(0);
  if (way === 'damaged header') random.bytes(12).copy(page, random.integer(0, 8));
  if (way === 'another page') {
    content.copy(page, 0, random.integer(0, content.length / PAGE_SIZE - 1) * PAGE_SIZE);
  }
  await writeFile(
    damaged,
    way === 'cut off' ? content.subarray(0, start + random.integer(0, PAGE_SIZE)) : content,
  );
  return `${way} at ${start}`;
}

/** @returns false when the start was refused */
async function serveDamaged(
  what: string,
  databasePath: string,
  { tally }: CaseContext,
): Promise<boolean> {
  const launched = launchServer({ databasePath });
  const port = await launched.listening;
  if (port === undefined) {
    checkRefusal(what, await launched.exited, /can't open the database/);
    return false;
  }
  const client = createHttpClient({ ...launched, port }, tally);
  const seen = new Set<number>();
  for (const path of [...READ_PATHS, '/healthz']) seen.add((await client.send(path)).status);
  for (let id = 1; id <= 12; id++) {
    const change = { method: 'PATCH', body: '{"status":"Approved"}' };
    seen.add((await client.send(`/v1/parts/${id}/status`, change)).status);
  }
  const isExplained = launched.remarks.some((line) => line.includes('"level":"error"'));
  promise(!seen.has(503) || isExplained, `${what}: the log says why`, () => launched.remarks);
  promise(launched.child.exitCode === null, `${what}: goes on running`, () => 'it ended');
  client.close();
  await launched.kill();
  return true;
}

/** The log ends where it is damaged: what comes before is there, whole. */
async function recoverFromDamagedLog(directory: string, context: CaseContext): Promise<void> {
  const { random, tally } = context;
  await mkdir(directory);
  const databasePath = join(directory, 'log.db');
  const before = await writeChanges(databasePath, 160, 'kill', context);
  const log = await readFile(`${databasePath}-wal`);
  const from = random.integer(0, log.length);
  const way = random.pick(['cut off', 'garbage', 'zeros']);
  const end = {
    'cut off': [],
    garbage: random.bytes(Math.min(3000, log.length - from)),
    zeros: new Uint8Array(log.length - from),
  }[way];
  await writeFile(
    `${databasePath}-wal`,
    Buffer.concat([log.subarray(0, from), Buffer.from(end ?? [])]),
  );

  const server = await startServer({ databasePath });
  const history = readHistory(databasePath);
  checkChain(history, tally);
  const same =
    JSON.stringify(history.audit) === JSON.stringify(before.audit.slice(0, history.audit.length));
  promise(same, `log with ${way} at ${from}: a beginning of the history`, () =>
    history.audit.at(-1),
  );
  const client = createHttpClient(server, tally);
  const { status, text } = await client.send('/v1/parts/1/status', {
    method: 'PATCH',
    body: '{"status":"Draft"}',
  });
  promise(status === 200, 'changes go on', () => text);
  client.close();
  await server.stop();
}
