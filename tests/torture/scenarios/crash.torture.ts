import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { assert, launch, readHistory, startServer } from '@parts/testkit';
import { expect } from 'vitest';
import { checkStored } from '../src/check-stored.ts';
import { type Fault, injectFault } from '../src/inject-fault.ts';
import { createLedger } from '../src/ledger.ts';
import { test } from '../src/torture-test.ts';
import { startTraffic } from '../src/traffic.ts';

const FAULTS: readonly Fault[] = [
  {
    name: 'SIGKILL',
    changes: 'unanswered',
    async inject({ server }) {
      await server.end('SIGKILL');
      return undefined;
    },
  },
  {
    name: 'SIGTERM',
    changes: 'unanswered',
    async inject({ server }) {
      expect(await server.end('SIGTERM')).toEqual({ code: 0, signal: null });
      return undefined;
    },
  },
  {
    name: 'SIGSTOP and SIGCONT',
    changes: 'any',
    async inject({ server, random }) {
      server.kill('SIGSTOP');
      await delay(random.integer(0, 300));
      return () => server.kill('SIGCONT');
    },
  },
];

test.for(FAULTS)('$name while clients write loses nothing', async (fault, { torture }) => {
  for (let round = 0; round < torture.choose(2, 50); round++) {
    const ledger = createLedger(`round-${round}`);
    const databasePath = torture.nextDatabasePath();
    // A crash may also meet what another one left behind.
    for (let crash = 0; crash < 2; crash++) {
      const traffic = { writers: torture.random.integer(1, 24) };
      await injectFault({ ...fault, traffic }, torture, ledger, databasePath);
    }
  }
});

const END_WRITER = new URL('../src/end-writer.ts', import.meta.url).href;

test('the end of the thread that writes, in the middle of groups, loses nothing and stops no read', async ({
  torture,
}) => {
  for (let round = 0; round < torture.choose(1, 25); round++) {
    const ledger = createLedger(`thread-${round}`);
    const isCut = () =>
      ledger.attempts.some(
        ({ outcome, answeredAt }) => outcome.kind === 'unknown' && answeredAt < Number.MAX_VALUE,
      );
    const fault: Fault = {
      name: 'the thread that writes ends',
      changes: 'acknowledged',
      log: /the thread that writes ended/,
      launch: { nodeArguments: ['--import', END_WRITER] },
      traffic: { writers: torture.random.integer(8, 24), readers: 4 },
      async inject({ server, random, traffic }) {
        // Until some clients have been told that they can't know: then a group was cut.
        for (let ends = 0; ends < 5 || !isCut(); ends++) {
          assert(ends < 500, 'a group that was cut', () => ends);
          server.kill('SIGUSR2');
          await traffic.untilAcknowledged(random.integer(10, 40));
        }
        return undefined;
      },
    };
    await injectFault(fault, torture, ledger);
  }
});

test('a reset and a start that are killed happen whole or not at all', async ({ torture }) => {
  const { random, tally, directory, choose } = torture;
  const launchOptions = { directory, env: { AUTH_TOKEN: 'token-of-torture' } };
  const databasePath = join(directory, 'data.db');
  let ledger = createLedger('life-0');
  let server = await startServer(launchOptions);
  for (let round = 1; round <= choose(4, 100); round++) {
    const traffic = startTraffic(server, { ledger, random, tally, feeds: 0, limit: 10 });
    await traffic.finished;
    await traffic.stop();
    const answer = server.request('/debug/reset', { method: 'POST' }).then(
      ({ status }) => status,
      () => undefined,
    );
    await delay(random.integer(0, 15));
    await server.end('SIGKILL');

    while (random.chance(0.5)) {
      const starting = await launch(launchOptions);
      await delay(random.integer(0, 400));
      starting.kill('SIGKILL');
      await starting.exit;
    }
    server = await startServer(launchOptions);
    const isReset = readHistory(databasePath).audit.length === 0;
    if ((await answer) === 200) expect(isReset).toBe(true);
    if (isReset) ledger = createLedger(`life-${round}`);
    await checkStored(server, databasePath, ledger, tally);
  }
});
