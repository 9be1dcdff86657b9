import { fork } from 'node:child_process';
import { once } from 'node:events';
import type { FeedOrder } from './feed-process.ts';
import { type ServerProcess, TOKEN } from './server-process.ts';

export interface FeedFollowers {
  /** The number of entries that each feed has brought so far. */
  count(): Promise<readonly number[]>;
  stop(): void;
}

/** Opens feeds of the audit, from its start. */
export function followFeeds(server: ServerProcess, feeds: number): FeedFollowers {
  const child = fork(new URL('./feed-process.ts', import.meta.url));
  const order: FeedOrder = { port: Number(new URL(server.url).port), token: TOKEN, feeds };
  child.send(order);
  return {
    async count() {
      child.send('count');
      const [counts] = await once(child, 'message');
      return counts;
    },
    stop: () => child.disconnect(),
  };
}
