import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { PART_STATUSES, type Part } from '@parts/core';
import { BrokenPromise, promise } from '../broken-promise.ts';
import { type ChangeLedger, createChangeLedger } from '../change-ledger.ts';
import { compareWithLedger } from '../compare-with-ledger.ts';
import { explainViolation } from '../histories/linearizability.ts';
import { createRecorder } from '../histories/recorder.ts';
import { checkChain, readHistory } from '../history.ts';
import { createHttpClient, type HttpClient } from '../http-client.ts';
import { retryWithKeys } from '../idempotency-keys.ts';
import { type ServerProcess, startServer } from '../server-process.ts';
import type { CaseContext, TortureCase } from '../torture-case.ts';
import { waitUntil } from '../wait-until.ts';
import { sendChange, startWriters } from '../writers.ts';

/** Two processes of the service on one database, of which one is killed every now and then. */
export const twoServers: TortureCase = {
  name: 'two-servers',
  promise: 'two servers on one file lose nothing, do a keyed change once, and handle every event',
  limit: { quick: 60, long: 400 },

  async run(context) {
    const { tally, directory, random, choose } = context;
    const databasePath = join(directory, 'shared.db');
    const start = () => startServer({ databasePath, environment: { EVENTS: 'on' } });
    const servers: [ServerProcess, ServerProcess] = [await start(), await start()];

    for (let round = 0; round < choose(2, 25); round++) {
      const clients = servers.map((server) => createHttpClient(server, tally));
      await resetThroughOne(clients);
      const witnesses = servers.map((server) => ({ server, from: server.remarks.length }));
      const ledger = createChangeLedger(`round-${round}`, tally);
      const writers = clients.map((client) =>
        startWriters({ client, ledger, random, count: 3, limit: 400, withKeys: true }),
      );
      await sendTwins(clients, ledger, random.integer(5, 20), context);
      await delay(random.integer(0, 200));

      const victim = random.integer(0, 1);
      await servers[victim]?.kill();
      servers[victim] = await start();
      witnesses.push({ server: servers[victim], from: 0 });
      await Promise.all(writers.map((writer) => writer.finished));
      clients[victim]?.close();
      clients[victim] = createHttpClient(servers[victim], tally);

      const [first] = clients;
      if (first) await retryWithKeys(first, ledger, random);
      const history = readHistory(databasePath);
      checkChain(history, tally);
      compareWithLedger(history, ledger, tally);
      await checkEvents(history.audit.length, witnesses);
      await checkHistory(clients, context);
      for (const client of clients) client.close();
      tally.rounds++;
    }
    for (const server of servers) await server.stop();
  },
};

/** A reset through one server is at once what the other one shows. */
async function resetThroughOne(clients: readonly HttpClient[]): Promise<void> {
  for (const client of clients) await waitForEvents(client);
  const [first, second] = clients;
  await first?.send('/debug/reset', { method: 'POST' });
  const parts = JSON.parse((await second?.send('/v1/parts'))?.text ?? '[]') as Part[];
  const isReset = parts.length > 0 && parts.every(({ version }) => version === 1);
  promise(isReset, 'a reset through one server is seen through the other', () => parts);
}

/** Events from before a reset would be taken for some from after it. */
async function waitForEvents(client: HttpClient): Promise<void> {
  for (let look = 0; look < 1000; look++) {
    const { text } = await client.send('/debug/stats');
    if ((JSON.parse(text) as { events_pending: number }).events_pending === 0) return;
    await delay(20);
  }
  throw new BrokenPromise('no event is pending after 20 s', 'some are');
}

/** The same key to both servers at the same time: one change, one answer. */
async function sendTwins(
  clients: readonly HttpClient[],
  ledger: ChangeLedger,
  count: number,
  { random }: CaseContext,
): Promise<void> {
  for (let pair = 0; pair < count; pair++) {
    const change = {
      partId: random.integer(1, 8),
      status: random.pick(PART_STATUSES),
      key: `twins-${pair}`,
    };
    const answers = await Promise.all(
      clients.map((client) => sendChange(client, ledger, ledger.begin(change))),
    );
    const replays = answers.filter(({ headers }) => headers['idempotent-replayed'] === 'true');
    const isOne = answers[0]?.text === answers[1]?.text && replays.length === 1;
    promise(isOne, 'one key through two servers: one change and its replay', () => answers);
  }
}

/** A process, and how much it had said before the round. */
interface Witness {
  readonly server: ServerProcess;
  readonly from: number;
}

/** Each entry is handled by one of the processes at least, by each of them in order. */
async function checkEvents(entries: number, witnesses: readonly Witness[]): Promise<void> {
  const handledBy = ({ server, from }: Witness) =>
    server.remarks.slice(from).flatMap((line) => {
      const id = /"audit_id":(\d+).*"msg":"event handled"/.exec(line)?.[1];
      return id === undefined ? [] : [Number(id)];
    });
  await waitUntil(
    () => new Set(witnesses.flatMap(handledBy)).size >= entries,
    `${entries} events are handled`,
    () => witnesses.map((witness) => handledBy(witness).length),
  );
  for (const handled of witnesses.map(handledBy)) {
    const isInOrder = handled.every(
      (id, index) => index === 0 || id === (handled[index - 1] ?? 0) + 1,
    );
    promise(isInOrder, 'each process handles events in order', () => handled);
  }
}

/** What clients of both servers see together can be explained as if there were one. */
async function checkHistory(
  clients: readonly HttpClient[],
  { random, choose }: CaseContext,
): Promise<void> {
  const parts = JSON.parse((await clients[0]?.send('/v1/parts'))?.text ?? '[]') as Part[];
  const recorder = createRecorder([1, 2], random);
  let left = choose(300, 1000);
  await Promise.all(
    Array.from({ length: 8 }, async () => {
      while (left-- > 0) await recorder.act(random.pick(clients));
    }),
  );
  for (const [id, operations] of recorder.operations) {
    const initial = parts.find((part) => part.id === id);
    const violation = initial && explainViolation(operations, initial);
    if (violation) throw new BrokenPromise(`a linearizable history of part ${id}`, violation);
  }
}
