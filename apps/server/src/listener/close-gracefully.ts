import { once } from 'node:events';
import type { Server } from 'node:http';
import { Server as NetServer } from 'node:net';
import type { Connections } from './connections.ts';

/** Milliseconds between two looks at the connections. */
const SWEEP_INTERVAL = 20;

/**
 * Looks until idle connections are closed (250 ms): a busy client has sent its next request by then,
 * whose answer tells it that it is the last. They are counted, since a machine that is slow
 * slows down the clients too.
 */
const IDLE_SWEEPS = 12;

/** Looks until requests have arrived as a whole, and clients of feeds have read the rest (1 s). */
const UNFINISHED_SWEEPS = 50;

/**
 * Takes no new connections, answers the requests in flight and fulfils when every
 * connection is closed. The client of a feed that does not read it to its end comes back for the rest.
 */
export async function closeGracefully(server: Server, connections: Connections): Promise<void> {
  const closed = once(server, 'close');
  // HTTP's own close hangs up on clients whose next request is on its way.
  NetServer.prototype.close.call(server);
  connections.announceEnd();
  let sweeps = 0;
  // An immediate comes after what has arrived is read, also when the process was held up.
  const timer = setInterval(() => setImmediate(sweep), SWEEP_INTERVAL);
  await closed;
  clearInterval(timer);

  function sweep(): void {
    sweeps += 1;
    if (sweeps >= IDLE_SWEEPS) connections.closeIdle();
    if (sweeps >= UNFINISHED_SWEEPS) connections.closeUnfinished();
  }
}
