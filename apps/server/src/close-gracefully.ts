import type { Server } from 'node:http';

/** How often connections are looked at that became idle after their last answer, in milliseconds. */
const SWEEP_INTERVAL = 20;

/** Takes no new connections, answers the requests in flight and fulfils when every connection is closed. */
export async function closeGracefully(server: Server): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  server.close(() => resolve());
  // A client that keeps its connection alive would hold it open until the keep-alive timeout.
  const sweep = setInterval(() => server.closeIdleConnections(), SWEEP_INTERVAL);
  await promise;
  clearInterval(sweep);
}
