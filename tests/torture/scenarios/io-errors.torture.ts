import { setTimeout as delay } from 'node:timers/promises';
import { type Fault, injectFault } from '../src/inject-fault.ts';
import { traceFault, traceFaultInto } from '../src/strace.ts';
import { test } from '../src/torture-test.ts';
import { tryStart } from '../src/try-start.ts';

/** System calls that the storage rests on, and the errors with which they can fail. */
const ERRORS = {
  pwrite64: ['EIO', 'ENOSPC', 'EDQUOT', 'EROFS', 'EPERM'],
  'fsync,fdatasync': ['EIO', 'ENOSPC'],
  pread64: ['EIO'],
  ftruncate: ['EIO', 'EROFS'],
  mmap: ['ENOMEM'],
  openat: ['EIO', 'EMFILE', 'EACCES', 'EROFS'],
  unlink: ['EIO', 'EROFS'],
};

/** Those without which no change is committed. */
const NEEDED = /pwrite64|fsync/;

const LAUNCH = { env: { LOCK_TIMEOUT_MS: '300' } };

const FAULTS = Object.entries(ERRORS).map(([calls, errors]) => ({ calls, errors }));

test.for(FAULTS)('a server lives through errors of $calls', async (row, { torture }) => {
  torture.requires('strace');
  const { random, choose } = torture;
  for (let round = 0; round < choose(1, 10); round++) {
    const error = random.pick(row.errors);
    // A server that is killed in the middle leaves a log that ends anywhere.
    const isHealed = round % 2 === 0;
    const fault: Fault = {
      name: `${error} of ${row.calls}`,
      changes: NEEDED.test(row.calls) ? 'refused' : 'any',
      launch: LAUNCH,
      traffic: { mayRefuseReads: true, feeds: isHealed ? 2 : 0 },
      ...(!isHealed && { end: 'SIGKILL' }),
      async inject({ server, databasePath }) {
        const heal = await traceFaultInto(server, databasePath, row.calls, `error=${error}`);
        await delay(random.integer(0, 600));
        return isHealed ? heal : undefined;
      },
    };
    await injectFault(fault, torture);
  }
});

/** An unlock that failed is nothing that SQLite gets over, and no local file system lets it fail. */
const START_ERRORS = { ...ERRORS, fcntl: ['EIO', 'ENOLCK', 'EACCES', 'EAGAIN'] };

test('a start that errors meet serves, or fails with the reason in one line', async ({
  torture,
}) => {
  torture.requires('strace');
  const { random, choose } = torture;
  for (let round = 0; round < choose(5, 100); round++) {
    const databasePath = torture.nextDatabasePath();
    const [calls, errors] = random.pick(Object.entries(START_ERRORS));
    const error = random.pick(errors);
    const from = random.integer(1, 25);
    const when = `${from}..${from + random.integer(0, 20)}`;
    const server = await tryStart({
      env: { ...LAUNCH.env, DATABASE_PATH: databasePath },
      under: traceFault(databasePath, calls, `error=${error}`, when),
    });
    await server?.end('SIGKILL');
  }
});
