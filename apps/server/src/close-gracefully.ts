import type { Server } from 'node:http';
import type { Writable } from 'node:stream';
import type { OpenPort } from './listen.ts';

/** How often connections are looked at that became idle after their last answer, in milliseconds. */
const SWEEP_INTERVAL = 20;

/** Milliseconds for the clients of feeds to read what they have not got yet. */
const FEED_GRACE = 1000;

/**
 * Takes no new connections, answers the requests in flight and fulfils when every
 * connection is closed.
 *
 * @param feeds responses that end by themselves when their clients read them. A client that
 *   is slow, or reads nothing, is hung up on after a moment: it comes back for the rest.
 */
export async function closeGracefully(
  port: OpenPort,
  server: Server,
  feeds: ReadonlySet<Writable>,
): Promise<void> {
  const closed = port.close();
  // A client that keeps its connection alive would hold it open until the keep-alive timeout.
  const sweep = setInterval(() => server.closeIdleConnections(), SWEEP_INTERVAL);
  const hangUp = setTimeout(() => {
    for (const feed of feeds) feed.destroy();
  }, FEED_GRACE);
  await closed;
  clearInterval(sweep);
  clearTimeout(hangUp);
}
