import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promise } from '../broken-promise.ts';
import { type ChangeLedger, createChangeLedger } from '../change-ledger.ts';
import { compareWithLedger } from '../compare-with-ledger.ts';
import { checkChain, readHistory } from '../history.ts';
import { createHttpClient } from '../http-client.ts';
import { requireKeys, retryWithKeys } from '../idempotency-keys.ts';
import { launchServer, type ServerProcess, startServer } from '../server-process.ts';
import type { CaseContext, TortureCase } from '../torture-case.ts';
import { startWriters } from '../writers.ts';

/** Killed at a random moment and started again on the same file, over and over. */
export const crash: TortureCase = {
  name: 'crash',
  promise: 'kill -9 loses nothing that was acknowledged and leaves nothing half done',
  limit: { quick: 60, long: 900 },

  async run(context) {
    const { random, tally, directory, choose } = context;
    const databasePath = join(directory, 'crash.db');
    let server = await startServer({ databasePath });
    await requireKeys(createHttpClient(server, tally), tally);
    let ledger = createChangeLedger('reset-0', tally);
    let retried = 0;
    let resets = 0;

    for (let round = 1; round <= choose(8, 320); round++) {
      const isReset = random.chance(0.1);
      const resetAnswered = isReset && (await killInReset(server, context));
      if (!isReset) await killWhileWriting(server, ledger, context);
      while (random.chance(0.15)) await killInStart(databasePath, context);

      server = await startServer({ databasePath });
      const wasReset = isReset && readHistory(databasePath).audit.length === 0;
      promise(
        !resetAnswered || wasReset,
        'a reset that was answered has happened',
        () => 'old rows',
      );
      if (wasReset) ledger = createChangeLedger(`reset-${++resets}`, tally);
      await check(server, databasePath, ledger, context);

      const client = createHttpClient(server, tally);
      retried += await retryWithKeys(client, ledger, random);
      client.close();
      await check(server, databasePath, ledger, context);
      tally.rounds++;
    }
    await server.stop();
    tally.figures['resets that happened'] = resets;
    tally.figures['unanswered changes that were sent again with their key'] = retried;
  },
};

/** The stored history fits the ledger, and the server shows the same. */
async function check(
  server: ServerProcess,
  databasePath: string,
  ledger: ChangeLedger,
  { tally }: CaseContext,
): Promise<void> {
  const history = readHistory(databasePath);
  checkChain(history, tally);
  compareWithLedger(history, ledger, tally);
  const client = createHttpClient(server, tally);
  const { text } = await client.send('/v1/parts');
  client.close();
  const shown = (JSON.parse(text) as typeof history.parts).map(({ id, status, version }) => ({
    id,
    status,
    version,
  }));
  const same = JSON.stringify(shown) === JSON.stringify(history.parts);
  promise(same, 'the server shows what is stored', () => [history.parts, shown]);
}

async function killWhileWriting(
  server: ServerProcess,
  ledger: ChangeLedger,
  { random, tally }: CaseContext,
): Promise<void> {
  const client = createHttpClient(server, tally);
  const count = random.integer(1, 24);
  const writers = startWriters({ client, ledger, random, count, limit: 500, withKeys: true });
  await delay(random.integer(0, 250));
  await server.kill();
  await writers.stop();
  client.close();
}

/** @returns true when the reset was answered */
async function killInReset(
  server: ServerProcess,
  { random, tally }: CaseContext,
): Promise<boolean> {
  const client = createHttpClient(server, tally);
  const answer = client.send('/debug/reset', { method: 'POST' }).catch(() => undefined);
  await delay(random.integer(0, 15));
  await server.kill();
  const answered = (await answer)?.status === 200;
  client.close();
  return answered;
}

async function killInStart(databasePath: string, { random }: CaseContext): Promise<void> {
  const starting = launchServer({ databasePath });
  await delay(random.integer(0, 400));
  await starting.kill();
}
