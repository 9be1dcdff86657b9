import { fork } from 'node:child_process';
import type { Load, LoadResult } from './load.ts';

export interface LoadGenerator {
  run(load: Load): Promise<LoadResult>;
  stop(): void;
}

/** Starts a process that sends loads. Several may run in it at once. */
export function startLoadGenerator(): LoadGenerator {
  const child = fork(new URL('./load-process.ts', import.meta.url));
  const running = new Map<number, PromiseWithResolvers<LoadResult>>();
  let lastId = 0;

  child.on('message', (message: { id: number; result?: LoadResult; error?: string }) => {
    const waiting = running.get(message.id);
    running.delete(message.id);
    if (message.result) waiting?.resolve(message.result);
    else waiting?.reject(new Error(message.error));
  });
  child.on('exit', () => {
    for (const waiting of running.values()) waiting.reject(new Error('the load generator died'));
  });

  return {
    run(load) {
      const id = ++lastId;
      const waiting = Promise.withResolvers<LoadResult>();
      running.set(id, waiting);
      child.send({ id, load });
      return waiting.promise;
    },
    stop: () => child.disconnect(),
  };
}
