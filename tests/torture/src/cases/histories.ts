import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Part } from '@parts/core';
import { BrokenPromise } from '../broken-promise.ts';
import { explainViolation } from '../histories/linearizability.ts';
import { createRecorder } from '../histories/recorder.ts';
import { checkChain, readHistory } from '../history.ts';
import { createHttpClient } from '../http-client.ts';
import { startServer } from '../server-process.ts';
import type { CaseContext, TortureCase } from '../torture-case.ts';

/** Clients that read, change, give up and reconnect; the server is killed in the middle of every other history. */
export const histories: TortureCase = {
  name: 'histories',
  promise: 'every history can be explained by one order of the requests (linearizable), per part',
  limit: { quick: 60, long: 400 },

  async run(context) {
    const { tally, choose } = context;
    let operations = 0;
    for (let round = 0; round < choose(4, 100); round++) {
      operations += await runHistory(round, context);
      tally.rounds++;
    }
    tally.figures['operations checked'] = operations;
  },
};

async function runHistory(round: number, context: CaseContext): Promise<number> {
  const { tally, directory, choose } = context;
  const random = context.random.fork(String(round));
  const databasePath = join(directory, `history-${round}.db`);
  let server = await startServer({ databasePath });
  let client = createHttpClient(server, tally);
  const parts = JSON.parse((await client.send('/v1/parts')).text) as Part[];
  // Few parts, so that clients meet; the fewer, the harder.
  const ids = parts.slice(0, random.integer(1, 3)).map(({ id }) => id);
  const recorder = createRecorder(ids, random);

  let left = choose(700, 2500);
  let restarted: Promise<void> | undefined;
  const clients = Array.from({ length: random.integer(2, 16) }, async () => {
    while (left-- > 0) {
      await recorder.act(client);
      await restarted;
    }
  });
  if (round % 2 === 0) {
    await delay(random.integer(20, 400));
    restarted = restart();
    await restarted;
    restarted = undefined;
  }
  await Promise.all(clients);
  await recorder.readAll(client);
  await server.stop();

  checkChain(readHistory(databasePath), tally);
  for (const [id, operations] of recorder.operations) {
    tally.acknowledged += operations.filter(
      ({ kind, version }) => kind === 'change' && version,
    ).length;
    const initial = parts.find((part) => part.id === id);
    const violation = initial && explainViolation(operations, initial);
    if (violation) throw new BrokenPromise(`a linearizable history of part ${id}`, violation);
  }
  return [...recorder.operations.values()].reduce((sum, { length }) => sum + length, 0);

  async function restart(): Promise<void> {
    await server.kill();
    server = await startServer({ databasePath });
    client = createHttpClient(server, tally);
  }
}
