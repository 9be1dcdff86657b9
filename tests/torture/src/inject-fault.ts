import { setTimeout as delay } from 'node:timers/promises';
import {
  assert,
  type LaunchOptions,
  type Random,
  type ServerProcess,
  startServer,
  waitUntil,
} from '@parts/testkit';
import { checkStored } from './check-stored.ts';
import { createLedger, type OpenLedger } from './ledger.ts';
import type { Torture } from './torture-test.ts';
import { startTraffic, type Traffic, type TrafficOptions } from './traffic.ts';

/** What a fault is injected into. */
interface Target {
  readonly server: ServerProcess;
  readonly databasePath: string;
  readonly random: Random;
  readonly traffic: Traffic;
}

/** Something bad in the life of a server that serves, as data. */
export interface Fault {
  readonly name: string;
  /** Brings it about. @returns what takes it away, unless only a restart does */
  inject(target: Target): Promise<(() => Promise<void> | void) | undefined>;
  /**
   * What a change is answered while it lasts: 503 sooner or later, 503 from the first moment on,
   * 200, nothing at all, or any of these.
   */
  readonly changes: 'refused' | 'refused at once' | 'acknowledged' | 'unanswered' | 'any';
  /** What the log says while it lasts. */
  readonly log?: RegExp;
  /** The signal that ends the server afterwards. Default: one of SIGTERM and SIGKILL. */
  readonly end?: NodeJS.Signals;
  readonly launch?: LaunchOptions;
  readonly traffic?: Partial<TrafficOptions>;
  /** Checks what is there after a restart. Default: all that was acknowledged, and what a retry brings. */
  readonly check?: typeof checkStored;
  /** Puts in order what a restart needs. */
  prepareRestart?(databasePath: string): Promise<void>;
}

/** Acknowledged changes without which a test has shown nothing. */
const ENOUGH = 20;

/**
 * Lets clients work, injects the fault in the middle, takes it away, ends the server, starts it
 * again on the same database and compares what is there with what was acknowledged.
 */
export async function injectFault(
  fault: Fault,
  torture: Torture,
  ledger: OpenLedger = createLedger('fault'),
  databasePath = torture.nextDatabasePath(),
): Promise<void> {
  const { random, tally } = torture;
  const launch = {
    ...fault.launch,
    directory: torture.directory,
    env: { ...fault.launch?.env, DATABASE_PATH: databasePath, AUTH_TOKEN: 'token-of-torture' },
    forgetsRequests: true,
  };
  const server = await startServer(launch);
  const traffic = startTraffic(server, { ledger, random, tally, ...fault.traffic });
  await traffic.untilAcknowledged(ENOUGH);
  await delay(random.integer(0, 150));

  if (fault.changes === 'unanswered') traffic.expectDisconnect();
  const heal = await fault.inject({ server, databasePath, random, traffic });
  const injectedAt = performance.now();
  if (fault.changes.startsWith('refused')) await traffic.untilRefused(5);
  if (fault.changes === 'acknowledged') await traffic.untilAcknowledged(ENOUGH);
  const { log } = fault;
  if (log) {
    await waitUntil(`${log} in the log`, () => log.test(server.stdout()), server.stdout);
  }
  const healingAt = performance.now();
  if (heal) {
    await heal();
    await traffic.untilAcknowledged(ENOUGH);
  }
  if (!heal && fault.changes !== 'acknowledged') traffic.expectDisconnect();
  await traffic.stop();
  if (fault.changes === 'refused at once') {
    const early = ledger.attempts.find(
      ({ outcome, sentAt, answeredAt }) =>
        outcome.kind === 'acknowledged' && sentAt > injectedAt && answeredAt < healingAt,
    );
    assert(!early, 'no change that is acknowledged meanwhile', () => early);
  }

  const isRunning = server.pid() !== 0;
  const signal = fault.end ?? random.pick(['SIGTERM', 'SIGKILL'] as const);
  const { code } = await server.end(signal);
  assert(!isRunning || signal === 'SIGKILL' || code === 0, 'SIGTERM that ends with 0', () => [
    code,
    server.stderr(),
  ]);
  assert(!server.stdout().includes(server.token), 'no token in the log', server.stdout);

  await fault.prepareRestart?.(databasePath);
  const again = await startServer({ ...launch, under: [] });
  await (fault.check ?? checkStored)(again, databasePath, ledger, tally);
  await again.end('SIGTERM');
}
