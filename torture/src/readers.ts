import { BrokenPromise, promise } from './broken-promise.ts';
import type { HttpClient } from './http-client.ts';
import { createLatencies, type Latencies } from './latencies.ts';

export interface Readers {
  /** Lets each reader wait for its answer. @returns how long the answers took */
  stop(): Promise<Latencies>;
}

/** Clients that read, one request after the other, until they are stopped or lose their connection. */
export function startReaders(client: HttpClient, count: number): Readers {
  const latencies = createLatencies();
  let stopped = false;
  const finished = Promise.all(Array.from({ length: count }, read));

  async function read(): Promise<void> {
    for (let turn = 0; !stopped; turn++) {
      const path = turn % 8 === 0 ? '/v1/parts' : `/v1/parts/${turn % 8}`;
      const startedAt = performance.now();
      try {
        const { status, text } = await client.send(path);
        promise(status === 200, `GET ${path} is answered 200`, () => `${status}: ${text}`);
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
