import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { mountSmallDisk } from '../src/environment.ts';
import { type Fault, injectFault } from '../src/inject-fault.ts';
import { test } from '../src/torture-test.ts';

/** Bytes: more than the log of one test. */
const DISK_SIZE = 8 * 2 ** 20;

/** Whatever becomes of the log, requests go on, and SIGTERM ends the server with 0. */
const SERVES = { changes: 'acknowledged', end: 'SIGTERM' } as const;

const FAULTS: readonly Fault[] = [
  {
    ...SERVES,
    name: 'a terminal that has gone',
    async inject({ server }) {
      server.closeOutput();
      return undefined;
    },
  },
  {
    ...SERVES,
    name: 'a pipe that is not read',
    async inject({ server, traffic }) {
      server.stopReading();
      // More lines than a pipe holds.
      await traffic.untilRead(1000);
      return undefined;
    },
  },
];

test.for(FAULTS)('a log that goes to $name stops nothing', (fault, { torture }) =>
  injectFault(fault, torture),
);

test('a log on a full disk stops nothing and goes on when there is space', async ({ torture }) => {
  torture.requires('root');
  const { directory } = await mountSmallDisk(join(torture.directory, 'disk'), DISK_SIZE);
  const ballast = join(directory, 'ballast');
  const fault: Fault = {
    ...SERVES,
    name: 'full disk',
    launch: { logFile: join(directory, 'log') },
    async inject({ server, traffic }) {
      await writeFile(ballast, Buffer.alloc(DISK_SIZE)).catch(() => {});
      await traffic.untilAcknowledged(50);
      return async () => {
        await rm(ballast);
        await server.request('/', { headers: { 'X-Request-Id': 'resumed' } });
        await server.waitForLog({ request_id: 'resumed' });
      };
    },
  };
  await injectFault(fault, torture);
});
