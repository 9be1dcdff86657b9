import { chmod, chown, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { NotPossibleHere } from '../broken-promise.ts';
import { createChangeLedger } from '../change-ledger.ts';
import { compareWithLedger } from '../compare-with-ledger.ts';
import { checkChain, readHistory } from '../history.ts';
import { createHttpClient } from '../http-client.ts';
import { expectRefusedStart } from '../refused-start.ts';
import { startServer } from '../server-process.ts';
import { mountSmallDisk } from '../small-disk.ts';
import type { CaseContext, TortureCase } from '../torture-case.ts';
import { waitUntil } from '../wait-until.ts';
import { startWriters } from '../writers.ts';

/** The user "nobody", who owns nothing. */
const NOBODY = 65_534;

const ROOT = 0;

/** The server may not write where its database is, from the start or from some moment on. */
export const readOnly: TortureCase = {
  name: 'read-only',
  promise:
    'without permission to write, the start is refused with the reason, and a running server with 503',
  limit: { quick: 40, long: 100 },

  async run(context) {
    if (process.getuid?.() !== ROOT) throw new NotPossibleHere('only root may become another user');
    const { tally, directory, choose } = context;
    await chmod(directory, 0o755);
    const disk = await mountSmallDisk(join(directory, 'disk'), 8 * 2 ** 20);
    const databasePath = join(disk.directory, 'read-only.db');
    await (await startServer({ databasePath })).stop();

    disk.setReadOnly(true);
    await expectRefusedStart('read-only file system', { databasePath }, /read-only file system/);
    await expectRefusedStart(
      'new database on a read-only file system',
      { databasePath: join(disk.directory, 'new.db') },
      /read-only file system/,
    );
    disk.setReadOnly(false);
    await chmod(disk.directory, 0o755);
    const asNobody = { databasePath, userId: NOBODY };
    await expectRefusedStart('directory of another user', asNobody, /permission denied/);
    await chown(databasePath, NOBODY, NOBODY);
    await expectRefusedStart('file in a directory of another user', asNobody, /permission denied/);
    await chmod(disk.directory, 0o700);
    await expectRefusedStart('directory that can not be entered', asNobody, /permission denied/);
    disk.unmount();

    for (let round = 0; round < choose(1, 8); round++) {
      await losePermission(join(directory, `round-${round}`), context);
      tally.rounds++;
    }
  },
};

/** The directory becomes unreachable for a while. */
async function losePermission(directory: string, { random, tally }: CaseContext): Promise<void> {
  await mkdir(directory);
  await chown(directory, NOBODY, NOBODY);
  const databasePath = join(directory, 'closed.db');
  const server = await startServer({ databasePath, userId: NOBODY });
  const client = createHttpClient(server, tally);
  const ledger = createChangeLedger('closed', tally);
  const writers = startWriters({ client, ledger, random, count: 4, limit: 1e6 });
  await delay(random.integer(50, 300));
  const refused = tally.refused;
  await chmod(directory, 0o000);
  await waitUntil(
    () => tally.refused > refused,
    'changes are refused',
    () => 'none is',
  );
  await chmod(directory, 0o755);
  const acknowledged = tally.acknowledged;
  await waitUntil(
    () => tally.acknowledged > acknowledged + 10,
    'changes go on when the directory is open again',
    () => server.remarks.at(-1),
  );
  await writers.stop();
  client.close();
  await server.stop();
  const history = readHistory(databasePath);
  checkChain(history, tally);
  compareWithLedger(history, ledger, tally);
}
