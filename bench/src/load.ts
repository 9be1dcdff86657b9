import { randomUUID } from 'node:crypto';
import { createHistogram } from 'node:perf_hooks';
import { Client, type Dispatcher } from 'undici';

/** One request that clients send. */
export interface RequestTemplate {
  readonly method: 'GET' | 'PATCH';
  readonly path: string;
  readonly body?: string;
  /** Name of a header that gets a value of its own in each request. */
  readonly uniqueHeader?: string;
}

export interface Load {
  readonly url: string;
  readonly token: string;
  /** Sent over and over again, in this order. */
  readonly requests: readonly RequestTemplate[];
  /** Each sends its next request when it has the answer to the last one: keep-alive, no pipelining. */
  readonly connections: number;
  /** Ends after so many seconds or … */
  readonly seconds?: number;
  /** … so many requests, whichever comes first. */
  readonly count?: number;
  /** Requests per second over all connections, evenly spaced. Left out: as fast as answers come. */
  readonly rate?: number;
  /**
   * Keeps a core busy between answers. A server on the same machine has to wake clients
   * that sleep: a sixth of a GET in a profile, and the more the slower it is.
   */
  readonly staysAwake?: boolean;
}

/** Times are milliseconds. */
export interface LoadResult {
  readonly requests: number;
  readonly seconds: number;
  readonly bytes: number;
  readonly mean: number;
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
  /** From sending the first request to the first byte of its body. */
  readonly firstByte: number;
}

/**
 * Sends a load and times every answer. A request that was due while every connection
 * was busy counts from the moment it was due, so a server that stalls can't hide it.
 *
 * @throws when an answer is not a 200: figures of a server that fails are worth nothing
 */
export async function runLoad(load: Load): Promise<LoadResult> {
  const { requests, seconds = Number.POSITIVE_INFINITY, count = Number.POSITIVE_INFINITY } = load;
  const clients = Array.from({ length: load.connections }, () => new Client(load.url));
  const latencies = createHistogram();
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
      const dueAt = load.rate ? startedAt + (index * 1000) / load.rate : 0;
      const freeAt = performance.now();
      if (Math.max(dueAt, freeAt) >= endsAt) return;
      // A timer may be late by a millisecond; that is ours, not the server's.
      const sentFrom = load.rate && dueAt < freeAt ? dueAt : undefined;
      if (dueAt > freeAt) await delay(dueAt - freeAt);
      const from = sentFrom ?? performance.now();
      await send(client, template, load.token, (length) => {
        firstByte ||= performance.now() - from;
        bytes += length;
      });
      latencies.record(Math.max(1, Math.round((performance.now() - from) * 1000)));
    }
  }

  const fallAsleep = load.staysAwake ? stayAwake() : () => {};
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
    mean: latencies.mean / 1000,
    p50: latencies.percentile(50) / 1000,
    p99: latencies.percentile(99) / 1000,
    max: latencies.max / 1000,
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
  let refusal = '';
  const handler: Dispatcher.DispatchHandler = {
    onRequestStart() {},
    onResponseStart(_controller, statusCode) {
      status = statusCode;
    },
    onResponseData(_controller, chunk) {
      onData(chunk.length);
      if (status !== 200) refusal += chunk.toString();
    },
    onResponseEnd() {
      if (status === 200) resolve();
      else reject(new Error(`${method} ${path} was answered with ${status}: ${refusal}`));
    },
    onResponseError(_controller, error) {
      reject(error);
    },
  };
  client.dispatch({ method, path, headers, body: body ?? null }, handler);
  return promise;
}

/** @returns a function that ends it */
function stayAwake(): () => void {
  let next = setImmediate(function again() {
    next = setImmediate(again);
  });
  return () => clearImmediate(next);
}

function delay(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
