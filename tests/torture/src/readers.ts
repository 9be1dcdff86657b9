import { BrokenPromise, promise } from './broken-promise.ts';
import type { HttpClient } from './http-client.ts';
import { createLatencies, type Latencies } from './latencies.ts';

export interface Readers {
  /** Lets each reader wait for its answer. @returns how long the answers took */
  stop(): Promise<Latencies>;
}

/** Mostly single parts, and once in a while everything else that can be read. */
export const READ_PATHS = [
  ...Array.from({ length: 12 }, (_, index) => `/v1/parts/${(index % 8) + 1}`),
  '/v1/parts',
  '/v1/parts?limit=5&status=Draft',
  '/v1/parts/1/audit?limit=10',
  '/v1/audit?limit=10',
  '/debug/stats',
];

/**
 * Clients that read, one request after the other, until they are stopped or lose their connection.
 *
 * @param accepts tells which statuses keep the promise; default: 200 only
 */
export function startReaders(
  client: HttpClient,
  count: number,
  accepts: (status: number) => boolean = (status) => status === 200,
): Readers {
  const latencies = createLatencies();
  let stopped = false;
  const finished = Promise.all(Array.from({ length: count }, read));

  async function read(): Promise<void> {
    for (let turn = 0; !stopped; turn++) {
      const path = READ_PATHS[turn % READ_PATHS.length] ?? '/healthz';
      const startedAt = performance.now();
      try {
        const { status, text } = await client.send(path);
        promise(accepts(status), `GET ${path} is answered`, () => `${status}: ${text}`);
      } catch (error) {
        if (error instanceof BrokenPromise) throw error;
        return;
      }
      latencies.add(performance.now() - startedAt);
    }
  }

  return {
    async stop() {
      stopped = true;
      await finished;
      return latencies;
    },
  };
}
