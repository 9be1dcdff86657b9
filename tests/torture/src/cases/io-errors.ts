import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promise } from '../broken-promise.ts';
import { createChangeLedger } from '../change-ledger.ts';
import { compareWithLedger } from '../compare-with-ledger.ts';
import { checkChain, readHistory } from '../history.ts';
import { createHttpClient } from '../http-client.ts';
import { startReaders } from '../readers.ts';
import { launchServer, startServer } from '../server-process.ts';
import { injectFault, injectFaultInto, requireStrace } from '../strace.ts';
import type { CaseContext, TortureCase } from '../torture-case.ts';
import { waitUntil } from '../wait-until.ts';
import { startWriters } from '../writers.ts';

interface Fault {
  readonly calls: string;
  readonly errors: readonly string[];
}

/** System calls that the storage rests on, and the errors with which they can fail. */
const FAULTS: readonly Fault[] = [
  { calls: 'pwrite64', errors: ['EIO', 'ENOSPC', 'EDQUOT', 'EROFS', 'EPERM'] },
  { calls: 'fsync,fdatasync', errors: ['EIO', 'ENOSPC'] },
  { calls: 'pread64', errors: ['EIO'] },
  { calls: 'ftruncate', errors: ['EIO', 'EROFS'] },
  { calls: 'mmap', errors: ['ENOMEM'] },
  { calls: 'openat', errors: ['EIO', 'EMFILE', 'EACCES', 'EROFS'] },
  { calls: 'unlink', errors: ['EIO', 'EROFS'] },
];

/** Tried at the start only: SQLite never gets over an unlock that failed, which no local file system does. */
const LOCK_FAULT: Fault = { calls: 'fcntl', errors: ['EIO', 'ENOLCK', 'EACCES', 'EAGAIN'] };

const ENVIRONMENT = { LOCK_TIMEOUT_MS: '300' };

/** System calls on the database and its logs fail for a while, in a running server and in one that starts. */
export const ioErrors: TortureCase = {
  name: 'io-errors',
  promise: 'failing system calls refuse changes and lose none; they go on by themselves afterwards',
  limit: { quick: 60, long: 500 },

  async run(context) {
    requireStrace();
    const { random, tally, directory, choose } = context;
    let refusals = 0;
    for (let round = 0; round < choose(2, 64); round++) {
      const databasePath = join(directory, `errors-${round}.db`);
      const atStart = random.pick([...FAULTS, LOCK_FAULT]);
      if (await failAtStart(databasePath, atStart, context)) refusals++;
      // The first ones are those that a commit needs.
      const inService = random.pick(FAULTS.slice(0, round % 2 === 0 ? 3 : FAULTS.length));
      await failInService(databasePath, inService, context);
      tally.rounds++;
    }
    tally.figures['starts that were refused with a reason'] = refusals;
  },
};

/** @returns true when the start was refused */
async function failAtStart(
  databasePath: string,
  { calls, errors }: Fault,
  { random }: CaseContext,
): Promise<boolean> {
  const error = random.pick(errors);
  const from = random.integer(1, 25);
  const launched = launchServer({
    databasePath,
    under: injectFault(
      databasePath,
      calls,
      `error=${error}`,
      `${from}..${from + random.integer(0, 20)}`,
    ),
    environment: ENVIRONMENT,
  });
  if ((await launched.listening) !== undefined) {
    await launched.kill();
    return false;
  }
  const { code, signal, stderr } = await launched.exited;
  const isExplained = /^parts-server can't start: can't open the database: [^\n]+\n$/.test(stderr);
  promise(
    code === 1 && isExplained,
    `a start with ${error} from ${calls} is refused in one line`,
    () => `${code ?? signal}: ${stderr}`,
  );
  return true;
}

async function failInService(
  databasePath: string,
  { calls, errors }: Fault,
  { random, tally }: CaseContext,
): Promise<void> {
  const error = random.pick(errors);
  const server = await startServer({ databasePath, environment: ENVIRONMENT });
  const client = createHttpClient(server, tally);
  const before = readHistory(databasePath);
  promise(before.audit.length === 0, 'a start that failed has written no change', () => before);
  const ledger = createChangeLedger('errors', tally);
  const writers = startWriters({ client, ledger, random, count: 4, limit: 1e6 });
  const readers = startReaders(client, 1, (status) => status === 200 || status === 503);
  const stopErrors = await injectFaultInto(server, databasePath, calls, `error=${error}`);
  await delay(random.integer(0, 600));

  const goesOn = random.chance(0.6);
  if (goesOn) {
    await stopErrors();
    const acknowledged = tally.acknowledged;
    await waitUntil(
      () => tally.acknowledged > acknowledged + 10,
      `changes go on after ${error} from ${calls}`,
      () => server.remarks.at(-1),
    );
  } else {
    await server.kill();
    await stopErrors();
  }
  await writers.stop();
  await readers.stop();
  client.close();
  if (goesOn) await server.stop();

  const again = await startServer({ databasePath });
  const history = readHistory(databasePath);
  checkChain(history, tally);
  compareWithLedger(history, ledger, tally);
  await again.stop();
}
