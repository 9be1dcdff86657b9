import { setTimeout as delay } from 'node:timers/promises';
import type { Part } from '@parts/core';
import {
  type Answer,
  assert,
  type createHttpClient,
  type Random,
  type ServerProcess,
  waitUntil,
} from '@parts/testkit';
import { chooseChange, retirePart } from './changes.ts';
import { createCheckedClient, isConnectionError, sendChange } from './checked-client.ts';
import { createFollower } from './feed-follower.ts';
import type { OpenLedger } from './ledger.ts';
import type { Tally } from './torture-test.ts';

export interface TrafficOptions {
  readonly ledger: OpenLedger;
  readonly random: Random;
  readonly tally: Tally;
  /** Clients that change parts; each sends its next change after the answer to its last. Default: 4. */
  readonly writers?: number;
  /** Clients that read. Default: 1. */
  readonly readers?: number;
  /** Clients that follow the live feed. Default: 1. */
  readonly feeds?: number;
  /** Changes after which each writer stops by itself. */
  readonly limit?: number;
  /** Default: {@link chooseChange}. */
  readonly choose?: typeof chooseChange;
  /** Parts that are changed: the first ones of the seed. Default: 8. */
  readonly parts?: number;
  /** Lets each change of a part have a key, and clients send again what was not answered or refused with 503. */
  readonly retries?: boolean;
  /** The share of requests whose client gives up within some milliseconds. */
  readonly givesUp?: number;
  /** Whether a read may be refused with 503. */
  readonly mayRefuseReads?: boolean;
  readonly connection?: Parameters<typeof createHttpClient>[1];
}

/** Clients at work. Whatever one of them sees that is not allowed, the next wait throws. */
export interface Traffic {
  /** Waits until so many more changes are acknowledged. */
  untilAcknowledged(count: number): Promise<void>;
  /** Waits until so many more changes are refused. */
  untilRefused(count: number): Promise<void>;
  /** Waits until so many more reads are answered with 200. */
  untilRead(count: number): Promise<void>;
  /** From now on a connection may be lost; the client that had it is done then. */
  expectDisconnect(): void;
  /** Fulfils when every writer has reached its limit. */
  readonly finished: Promise<void>;
  /**
   * Lets each client wait for the answer that is due, and each feed for the last entry.
   *
   * @throws what a client saw that is not allowed
   */
  stop(): Promise<void>;
}

const READ_PATHS = [
  '/v1/parts',
  '/v1/parts?limit=5&status=Draft',
  '/v1/parts?q=name&limit=5',
  '/v1/parts/1/audit?limit=10',
  '/v1/audit?limit=10',
  '/debug/stats',
];

export function startTraffic(
  server: Pick<ServerProcess, 'port' | 'token' | 'request' | 'logLines'>,
  options: TrafficOptions,
): Traffic {
  const { ledger, random, tally, writers = 4, readers = 1, parts = 8 } = options;
  const { choose = chooseChange } = options;
  const client = createCheckedClient(server, tally, options.connection);
  const followers = Array.from({ length: options.feeds ?? 1 }, () => createFollower(server));
  const counts = { acknowledged: 0, refused: 0, read: 0 };
  let isStopped = false;
  let mayDisconnect = false;
  let failure: unknown;

  async function write(): Promise<void> {
    let retired: number | undefined;
    for (let sent = 0; sent < (options.limit ?? Infinity) && !isStopped; sent++) {
      const place = ledger.attempts.length;
      const change =
        retired === undefined ? choose(random, parts, `Name ${place}`) : retirePart(retired, false);
      const { partId } = change;
      const guard = 'retired' in change.body ? 10 : random.integer(1, 10);
      const hasKey = options.retries || guard <= 5;
      const answer = await ask({
        change,
        ...(partId !== undefined && hasKey && { key: `key-${place}` }),
        ...(partId !== undefined && !hasKey && guard > 8 && { ifMatch: ledger.newest(partId) }),
      });
      const isAcknowledged = answer?.status === 200 || answer?.status === 201;
      tally.acknowledged += Number(isAcknowledged);
      counts.acknowledged += Number(isAcknowledged);
      counts.refused += Number(answer?.status === 503);
      // A client that finds a part retired brings it back.
      retired = answer?.status === 409 ? partId : undefined;
    }
  }

  async function ask(asked: Parameters<OpenLedger['begin']>[0]): Promise<Answer | undefined> {
    for (let tries = 1; ; tries++) {
      const attempt = ledger.begin(asked);
      const answer = await unlessGivenUp((signal) => sendChange(client, ledger, attempt, signal));
      if (!options.retries || (answer && answer.status !== 503)) return answer;
      assert(tries < 1000, 'a retry that is answered', () => [asked, answer]);
      await delay(20);
    }
  }

  async function read(): Promise<void> {
    for (let turn = 0; !isStopped; turn++) {
      const isPart = turn % 3 !== 0;
      const path = isPart ? `/v1/parts/${random.integer(1, parts)}` : random.pick(READ_PATHS);
      const sentAt = performance.now();
      const answer = await unlessGivenUp((signal) => client.send(path, signal && { signal }));
      const status = answer?.status ?? 200;
      assert(
        status === 200 || (status === 503 && options.mayRefuseReads === true),
        'a read that is answered',
        () => `GET ${path}: ${status} ${answer?.text}`,
      );
      if (answer?.status !== 200) continue;
      counts.read++;
      if (!isPart && path !== '/v1/parts') continue;
      const body: Part | Part[] = JSON.parse(answer.text);
      for (const { id, status, version } of [body].flat()) {
        ledger.see({ partId: id, status, version, sentAt });
      }
    }
  }

  /** A client that gives up, now and then, leaves open what became of its request. */
  async function unlessGivenUp(
    request: (signal: AbortSignal | undefined) => Promise<Answer>,
  ): Promise<Answer | undefined> {
    const isPatient = !random.chance(options.givesUp ?? 0);
    const signal = isPatient ? undefined : AbortSignal.timeout(random.integer(1, 8));
    return request(signal).catch((error) => {
      if (signal?.aborted || (options.retries && isConnectionError(error))) return undefined;
      throw error;
    });
  }

  async function run(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (!(mayDisconnect && isConnectionError(error))) failure ??= error;
    }
  }

  async function until(what: keyof typeof counts, count: number): Promise<void> {
    const enough = counts[what] + count;
    await waitUntil(
      `${count} more: ${what}`,
      () => failure !== undefined || counts[what] >= enough,
      () => [counts, server.logLines().at(-1)],
    );
    throwFailure();
  }

  function throwFailure(): void {
    if (failure !== undefined) throw failure;
  }

  const writing = Promise.all(Array.from({ length: writers }, () => run(write)));
  const reading = Promise.all(Array.from({ length: readers }, () => run(read)));
  const following = Promise.all(followers.map(({ follow }) => run(follow)));

  const finished = writing.then(throwFailure);
  // Whoever waits for something else hears of the failure there.
  finished.catch(() => {});

  return {
    untilAcknowledged: (count) => until('acknowledged', count),
    untilRefused: (count) => until('refused', count),
    untilRead: (count) => until('read', count),
    expectDisconnect() {
      mayDisconnect = true;
    },
    finished,
    async stop() {
      isStopped = true;
      await Promise.all([writing, reading]);
      if (followers.length > 0 && !mayDisconnect) {
        const { text } = await client.send('/debug/stats');
        const { audit_count: count }: { audit_count: number } = JSON.parse(text);
        const last = () => followers.map(({ readIds }) => readIds().at(-1) ?? 0);
        await waitUntil(
          `entry ${count} in each feed`,
          () => failure !== undefined || last().every((id) => id >= count),
          last,
        );
      }
      for (const { leave } of followers) leave();
      await following;
      await client.close();
      throwFailure();
      for (const { readIds } of followers) {
        const isComplete = readIds().every((id, index) => id === index + 1);
        assert(isComplete, 'a feed that leaves nothing out', readIds);
      }
    },
  };
}
