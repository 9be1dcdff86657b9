// Sends loads from a process of its own, so that what clients cost is not counted to a server; two
// at a time from the same one, so that they don't share the server's core.
//
// The registry's autocannon was tried instead. From 32 connections it reaches as many requests a second,
// but it tells latencies in whole milliseconds, sends a rate in one burst at each second's
// begin, and lets its core sleep between answers: from one connection half as many requests, and
// 105 instead of 70 µs of CPU for each on the server, which has to wake it.
import { fork } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { createHistogram } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import { Client } from 'undici';
import { keepToClientCore } from './cores.ts';

/** One request that clients send. */
export interface RequestTemplate {
  readonly method: 'GET' | 'PATCH' | 'POST';
  readonly path: string;
  readonly body?: string;
  /** Name of a header that gets a value of its own in each request. */
  readonly uniqueHeader?: string;
}

export interface Load {
  /** Sent over and over again, in this order. */
  readonly requests: readonly RequestTemplate[];
  /** Each sends its next request when it has the answer to the last one. */
  readonly connections: number;
  /** Ends after so many seconds or … */
  readonly seconds?: number;
  /** … so many requests, whichever comes first. */
  readonly count?: number;
  /** Requests per second over all connections, evenly spaced. Left out: as fast as answers come. */
  readonly rate?: number;
  /** Milliseconds that go by before it begins. */
  readonly after?: number;
}

interface Target {
  readonly url: string;
  readonly token: string;
}

/** Times are milliseconds. */
export interface LoadResult {
  readonly requests: number;
  readonly seconds: number;
  readonly bytes: number;
  readonly p50: number;
  readonly p99: number;
  /** From sending the first request to the first byte of its body. */
  readonly firstByte: number;
}

/**
 * Sends a load and times every answer. A request that was due while every connection was busy
 * counts from the moment it was due, so that a server that stalls can't hide it.
 *
 * @throws Error when an answer is not a 200: figures of a server that fails are worth nothing
 */
async function runLoad(load: Load, target: Target): Promise<LoadResult> {
  const { requests, rate, seconds = Infinity, count = Infinity } = load;
  const clients = Array.from({ length: load.connections }, () => new Client(target.url));
  const latencies = createHistogram();
  await delay(load.after ?? 0);
  const startedAt = performance.now();
  const endsAt = startedAt + seconds * 1000;
  let taken = 0;
  let bytes = 0;
  let firstByte = 0;

  async function useConnection(client: Client): Promise<void> {
    for (;;) {
      const index = taken++;
      const template = requests[index % requests.length];
      if (index >= count || !template) return;
      const dueAt = rate ? startedAt + (index * 1000) / rate : 0;
      const freeAt = performance.now();
      if (Math.max(dueAt, freeAt) >= endsAt) return;
      if (dueAt > freeAt) await delay(dueAt - freeAt);
      // A timer that is late is ours, not the server's.
      const from = rate && dueAt < freeAt ? dueAt : performance.now();
      await send(client, template, target.token, (length) => {
        firstByte ||= performance.now() - from;
        bytes += length;
      });
      latencies.record(Math.max(1, Math.round((performance.now() - from) * 1000)));
    }
  }

  const fallAsleep = rate ? () => {} : stayAwake();
  try {
    await Promise.all(clients.map(useConnection));
  } finally {
    fallAsleep();
    await Promise.all(clients.map((client) => client.destroy()));
  }
  return {
    requests: latencies.count,
    seconds: (performance.now() - startedAt) / 1000,
    bytes,
    p50: latencies.percentile(50) / 1000,
    p99: latencies.percentile(99) / 1000,
    firstByte,
  };
}

function send(
  client: Client,
  { method, path, body, uniqueHeader }: RequestTemplate,
  token: string,
  onData: (length: number) => void,
): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const headers: Record<string, string> = { authorization: `Bearer ${token}` };
  if (body !== undefined) headers['content-type'] = 'application/json';
  if (uniqueHeader !== undefined) headers[uniqueHeader] = randomUUID();
  let status = 0;
  client.dispatch(
    { method, path, headers, body: body ?? null },
    {
      onRequestStart() {},
      onResponseStart(_controller, statusCode) {
        status = statusCode;
      },
      onResponseData: (_controller, chunk) => onData(chunk.length),
      onResponseEnd() {
        if (status === 200) resolve();
        else reject(new Error(`${method} ${path} was answered with ${status}`));
      },
      onResponseError: (_controller, error) => reject(error),
    },
  );
  return promise;
}

/**
 * Keeps a core busy between answers: a server on the same machine has to wake clients that
 * sleep, which was a sixth of a GET in a profile.
 *
 * @returns a function that ends it
 */
function stayAwake(): () => void {
  let next = setImmediate(function again() {
    next = setImmediate(again);
  });
  return () => clearImmediate(next);
}

interface Order {
  readonly load: Load;
  readonly beside: Load | undefined;
  readonly target: Target;
}

export interface LoadGenerator {
  /** Sends a load, and another one beside it until both have ended. The result is that of the first. */
  run(load: Load, beside: Load | undefined, target: Target): Promise<LoadResult>;
  stop(): void;
}

/** Starts a process that sends loads. */
export function startLoadGenerator(): LoadGenerator {
  const child = fork(import.meta.filename, ['generator']);
  keepToClientCore(child.pid);
  return {
    async run(load, beside, target) {
      const { promise, resolve, reject } = Promise.withResolvers<LoadResult>();
      child.once('message', (message: { result?: LoadResult; error?: string }) => {
        if (message.result) resolve(message.result);
        else reject(new Error(message.error));
      });
      child.send({ load, beside, target } satisfies Order);
      return promise;
    },
    stop: () => child.disconnect(),
  };
}

if (process.argv[2] === 'generator' && process.argv[1] === import.meta.filename) {
  process.on('message', async ({ load, beside, target }: Order) => {
    try {
      const loads = [load, ...(beside ? [beside] : [])];
      const [result] = await Promise.all(loads.map((each) => runLoad(each, target)));
      process.send?.({ result });
    } catch (error) {
      process.send?.({ error: error instanceof Error ? error.message : String(error) });
    }
  });
}
