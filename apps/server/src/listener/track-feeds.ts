import type { Writable } from 'node:stream';

/** Keeps the responses that are live feeds and open now. A feed has no end of its own. */
export function trackFeeds() {
  const feeds = new Set<Writable>();
  return {
    feeds: feeds as ReadonlySet<Writable>,
    onFeed(response: Writable): void {
      feeds.add(response);
      response.once('close', () => feeds.delete(response));
    },
  };
}
