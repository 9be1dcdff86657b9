import { copyFile, readFile, writeFile } from 'node:fs/promises';
import { type History, type Random, readHistory, startServer, waitUntil } from '@parts/testkit';
import { expect } from 'vitest';
import { createCheckedClient } from '../src/checked-client.ts';
import { createLedger } from '../src/ledger.ts';
import { type Torture, test } from '../src/torture-test.ts';
import { startTraffic } from '../src/traffic.ts';
import { tryStart } from '../src/try-start.ts';

const PAGE_SIZE = 4096;

/** Builds a database by changes. */
async function writeChanges(
  { random, tally }: Torture,
  databasePath: string,
  end: 'SIGTERM' | 'SIGKILL',
): Promise<History> {
  const server = await startServer({ env: { DATABASE_PATH: databasePath } });
  const ledger = createLedger('damaged');
  const traffic = startTraffic(server, { ledger, random, tally, writers: 8, limit: 30 });
  await traffic.finished;
  await traffic.stop();
  const history = readHistory(databasePath);
  await server.end(end);
  return history;
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
  const { random, choose, tally } = torture;
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
    refused += Number(!(await serveDamaged(damaged, torture)));
  }
  tally.figures['damaged databases'] = `${refused} of ${rounds} refused at the start`;
});

/** @returns false when the start was refused */
async function serveDamaged(databasePath: string, { tally }: Torture): Promise<boolean> {
  const server = await tryStart({ env: { DATABASE_PATH: databasePath } });
  if (!server) return false;
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

test.for(Object.entries(ENDS))(
  'a log whose end is %s loses its end only',
  async ([, damage], { torture }) => {
    const { random, choose } = torture;
    for (let round = 0; round < choose(1, 12); round++) {
      const databasePath = torture.nextDatabasePath();
      const before = await writeChanges(torture, databasePath, 'SIGKILL');
      const log = await readFile(`${databasePath}-wal`);
      const from = random.integer(0, log.length);
      const end = damage(log.subarray(from), random);
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
