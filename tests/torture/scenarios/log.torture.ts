import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { mountSmallDisk } from '../src/environment.ts';
import { injectFault } from '../src/inject-fault.ts';
import { test } from '../src/torture-test.ts';

/** Bytes: more than the log of one test. */
const DISK_SIZE = 8 * 2 ** 20;

test('a log on a full disk stops nothing and goes on when there is space', async ({ torture }) => {
  torture.requires('root');
  const { directory } = await mountSmallDisk(join(torture.directory, 'disk'), DISK_SIZE);
  const ballast = join(directory, 'ballast');
  await injectFault(
    {
      name: 'full disk',
      changes: 'acknowledged',
      end: 'SIGTERM',
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
    },
    torture,
  );
});
