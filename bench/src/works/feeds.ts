import { setTimeout as delay } from 'node:timers/promises';
import { type FeedFollowers, followFeeds } from '../feed-followers.ts';
import { alternate, compare, describe, sample } from '../rounds.ts';
import type { ServerProcess } from '../server-process.ts';
import type { Work } from '../work.ts';
import { fetchFrom } from './fetch-from.ts';
import { CONNECTIONS, HUNDRED_PARTS, patchPart } from './requests.ts';

const FEEDS = 500;
const CHANGES = { requests: patchPart, connections: CONNECTIONS, rate: 1000 };

/** How long the last entry may be on its way, in milliseconds. */
const ARRIVAL_LIMIT = 20_000;

export const feedsWork: Work = {
  name: 'feeds',
  isQuick: false,
  async measure(laboratory) {
    const quiet = await laboratory.start('product', HUNDRED_PARTS);
    const followed = await laboratory.start('product', HUNDRED_PARTS);
    const followers = followFeeds(followed, FEEDS);
    try {
      await fetchFrom(followed, '/v1/parts/1/status', {
        method: 'PATCH',
        body: '{"status":"Draft"}',
      });
      await untilArrived(followed, followers);
      const arrived: number[] = [];
      const series = await alternate(laboratory, [
        {
          name: 'with 500 feeds',
          async measure() {
            const changes = await sample(laboratory, followed, CHANGES);
            arrived.push(await untilArrived(followed, followers));
            return changes;
          },
        },
        { name: 'without', measure: () => sample(laboratory, quiet, CHANGES) },
      ]);
      return {
        findings: [
          {
            title: '500 feeds, 1,000 changes/s: share of the entries that reached every feed',
            unit: 'ratio',
            figures: arrived,
            mark: { atLeast: 1 },
            behind: describe(series, 'perSecond', 'changes/s'),
            meaning: 'Every feed gets every entry.',
          },
          {
            title: '500 feeds, 1,000 changes/s: PATCH p99 by that without feeds',
            unit: 'ratio',
            figures: compare(series, 'with 500 feeds', 'without', 'p99'),
            mark: { atMost: 3 },
            behind: describe(series, 'p99', 'ms'),
            meaning: 'What half a million events a second cost those who write.',
          },
        ],
      };
    } finally {
      followers.stop();
    }
  },
};

/** Waits until every feed has every entry; tells the share that the poorest has. */
async function untilArrived(server: ServerProcess, followers: FeedFollowers): Promise<number> {
  const stats: unknown = await (await fetchFrom(server, '/debug/stats')).json();
  const { audit_count: expected } = stats as { audit_count: number };
  const deadline = performance.now() + ARRIVAL_LIMIT;
  for (;;) {
    const share = Math.min(...(await followers.count())) / expected;
    if (share >= 1 || performance.now() > deadline) return share;
    await delay(20);
  }
}
