import { setTimeout } from 'node:timers/promises';
import { assert, type FollowedFeed, followFeed } from '@parts/testkit';

/** A client that follows the feed and, when it ends, goes on behind the last event. */
export interface Follower {
  /** Fulfils after `leave`. @throws Error of the connection */
  follow(): Promise<void>;
  /** The ids of the entries that came. */
  readIds(): readonly number[];
  leave(): void;
}

export function createFollower(server: Parameters<typeof followFeed>[0]): Follower {
  const opened: FollowedFeed[] = [];
  let hasLeft = false;
  return {
    async follow() {
      while (!hasLeft) {
        const last = opened.findLast(({ events }) => events.length > 0)?.events.at(-1);
        const feed = await followFeed(server, last?.id, () => {});
        assert(feed.status === 200 || feed.status === 503, 'a feed or a 503', () => feed.status);
        opened.push(feed);
        if (hasLeft) feed.leave();
        await feed.ended;
        await setTimeout(20);
      }
    },
    readIds: () => opened.flatMap(({ events }) => events.flatMap(({ data: { id } }) => id ?? [])),
    leave() {
      hasLeft = true;
      for (const feed of opened) feed.leave();
    },
  };
}
