import { copyFile, readFile, writeFile } from 'node:fs/promises';
import {
  type History,
  launch,
  type Random,
  readHistory,
  startServer,
  waitForServer,
  waitUntil,
} from '@parts/testkit';
import Database from 'better-sqlite3';
import { expect } from 'vitest';
import { createCheckedClient } from '../src/checked-client.ts';
import { createLedger } from '../src/ledger.ts';
import { type Tally, type Torture, test } from '../src/torture-test.ts';
import { startTraffic } from '../src/traffic.ts';

const PAGE_SIZE = 4096;

/** Builds a database by changes. */
async function writeChanges(
  torture: Torture,
  databasePath: string,
  end: 'SIGTERM' | 'SIGKILL',
): Promise<History> {
  const { random, tally } = torture;
  const server = await startServer({ env: { DATABASE_PATH: databasePath } });
  const ledger = createLedger('damaged');
  const traffic = startTraffic(server, { ledger, random, tally, writers: 8, limit: 30 });
  await traffic.finished;
  await traffic.stop();
  const history = readHistory(databasePath);
  await server.end(end);
  return history;
}

const FOREIGN = [
  ['of a newer version', /newer/, (path: string) => alter(path, 'PRAGMA user_version = 1000')],
  [
    'of another program',
    /another program/,
    (path: string) => alter(path, 'PRAGMA application_id = 7'),
  ],
  [
    'that is a text',
    /not a SQLite database/,
    (path: string) => writeFile(path, 'Once upon a time\n'.repeat(999)),
  ],
] as const;

test.for(FOREIGN)('a start refuses a file %s and leaves it alone', async (row, { torture }) => {
  const [, reason, prepare] = row;
  const path = torture.nextDatabasePath();
  await (await startServer({ env: { DATABASE_PATH: path } })).end('SIGTERM');
  await prepare(path);
  const before = await readFile(path);
  const refused = await launch({ env: { DATABASE_PATH: path } });
  expect(await refused.exit).toEqual({ code: 1, signal: null });
  expect(refused.stderr()).toMatch(/^parts-server can't start: [^\n]+\n$/);
  expect(refused.stderr()).toMatch(reason);
  expect(before.equals(await readFile(path))).toBe(true);
});

async function alter(path: string, sql: string): Promise<void> {
  const sqlite = new Database(path);
  sqlite.exec(sql);
  sqlite.close();
}

/** What happens to one page of a database. */
const DAMAGES: Readonly<Record<string, (page: Buffer, content: Buffer, random: Random) => void>> = {
  garbage: (page, _, random) => void random.bytes(PAGE_SIZE).copy(page),
  zeros: (page) => void page.fill(0),
  'a damaged header': (page, _, random) => void random.bytes(12).copy(page, random.integer(0, 8)),
  'another page': (page, content, random) =>
    void content.copy(page, 0, random.integer(0, content.length / PAGE_SIZE - 1) * PAGE_SIZE),
  'nothing, and no page behind it': () => {},
};

test('a damaged database is refused, or answered with 503 and a line in the log', async ({
  torture,
}) => {
  const { random, choose } = torture;
  const source = torture.nextDatabasePath();
  await writeChanges(torture, source, 'SIGTERM');
  let refused = 0;
  const rounds = choose(5, 80);
  for (let round = 0; round < rounds; round++) {
    const damaged = torture.nextDatabasePath();
    await copyFile(source, damaged);
    const content = await readFile(source);
    const start = random.integer(0, content.length / PAGE_SIZE - 1) * PAGE_SIZE;
    const [name, damage] = random.pick(Object.entries(DAMAGES));
    damage(content.subarray(start, start + PAGE_SIZE), content, random);
    const isCut = name.startsWith('nothing');
    await writeFile(damaged, isCut ? content.subarray(0, start + 100) : content);
    refused += Number(!(await serveDamaged(damaged, torture.tally)));
  }
  torture.tally.figures['damaged databases'] = `${refused} of ${rounds} refused at the start`;
});

/** @returns false when the start was refused */
async function serveDamaged(databasePath: string, tally: Tally): Promise<boolean> {
  const launched = await launch({ env: { DATABASE_PATH: databasePath } });
  const server = await waitForServer(launched);
  if (!server) {
    expect(launched.stderr()).toMatch(
      /^parts-server can't start: can't open the database: [^\n]+\n$/,
    );
    return false;
  }
  const client = createCheckedClient(server, tally);
  const seen = new Set<number>();
  for (const path of ['/v1/parts', '/v1/parts/1', '/v1/parts/1/audit', '/v1/audit?limit=10']) {
    seen.add((await client.send(path)).status);
  }
  for (let id = 1; id <= 12; id++) {
    const change = { method: 'PATCH', body: '{"status":"Approved"}' } as const;
    seen.add((await client.send(`/v1/parts/${id}/status`, change)).status);
  }
  // Lines are written in batches.
  if (seen.has(503)) {
    await waitUntil('the reason in the log', () =>
      server.logLines().some(({ level }) => level === 'error'),
    );
  }
  expect((await client.send('/healthz')).status).toBe(200);
  await client.close();
  await server.end('SIGKILL');
  return true;
}

/** What happens to the end of a log. */
const ENDS: Readonly<Record<string, (end: Buffer, random: Random) => Buffer>> = {
  'cut off': () => Buffer.alloc(0),
  garbage: (end, random) => random.bytes(Math.min(3000, end.length)),
  zeros: (end) => Buffer.alloc(end.length),
};

test.for(Object.keys(ENDS))(
  'a log whose end is %s loses its end only',
  async (name, { torture }) => {
    const { random, choose } = torture;
    for (let round = 0; round < choose(1, 12); round++) {
      const databasePath = torture.nextDatabasePath();
      const before = await writeChanges(torture, databasePath, 'SIGKILL');
      const log = await readFile(`${databasePath}-wal`);
      const from = random.integer(0, log.length);
      const end = ENDS[name]?.(log.subarray(from), random) ?? Buffer.alloc(0);
      await writeFile(`${databasePath}-wal`, Buffer.concat([log.subarray(0, from), end]));
      const server = await startServer({ env: { DATABASE_PATH: databasePath } });
      const { audit } = readHistory(databasePath);
      expect(audit).toEqual(before.audit.slice(0, audit.length));
      // The clients retire none but the first parts.
      expect((await server.changeStatus(12, 'Draft')).status).toBe(200);
      await server.end('SIGTERM');
    }
  },
);
